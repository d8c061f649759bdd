"""`/healthz`: whether EVCE does its work, for a person, a supervisor process or a monitoring system."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from common import clock
from common.writer import writer
from control import runtime
from control.models import SiteDocument
from metering.models import Meter
from metering.selectors import poll_age_s

OLDEST_CYCLE_S = 10.0
OLDEST_POLL_S = 10.0


@dataclass(frozen=True)
class Check:
    """`ok` false makes the answer 503; `note` says what is wrong in words."""

    ok: bool
    figures: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"ok": self.ok, **self.figures, **({"note": self.note} if self.note else {})}


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while control, database and polling work, else 503. Open to everybody: figures only, no names."""
    checks = check_all()
    ok = all(check.ok for check in checks.values())
    body = {"status": "ok" if ok else "failing", **{name: check.as_json() for name, check in checks.items()}}
    return JsonResponse(body, status=200 if ok else 503)


def check_all() -> dict[str, Check]:
    database = _database()
    document = (runtime.document() or _stored_document()) if database.ok else runtime.document()
    return {
        "control": _control(document),
        "database": database,
        "worker": _worker() if database.ok else Check(False, note="unknown without the database"),
        "meters": _meters(document),
        "stations": _stations(document),
    }


def _database() -> Check:
    failing_since = writer.health().failing_since
    if failing_since is not None:
        return Check(False, {"failing_s": round(clock.monotonic() - failing_since, 1)}, "records can't be stored")
    started = clock.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Check(False, note=type(error).__name__)
    figures = {"vendor": connection.vendor, "answer_ms": round((clock.monotonic() - started) * 1000, 1)}
    return Check(True, {**figures, "queued": writer.health().queued})


def _stored_document() -> dict[str, Any]:
    body = SiteDocument.objects.filter(pk=1).values_list("body", flat=True).first()
    return body if isinstance(body, dict) else {}


def _control(document: dict[str, Any]) -> Check:
    """From the loop itself in the process that controls, from what it published elsewhere."""
    own = runtime.health()
    age_s = own.cycle_age_s
    if age_s is not None and not own.leading:
        return Check(False, {"cycle_age_s": round(age_s, 2)}, "may not send: its lease is not renewed")
    if age_s is None and document:
        age_s = (clock.now() - datetime.fromisoformat(document["at"])).total_seconds()
    if age_s is None:
        return Check(False, {"cycle_age_s": None}, "no control cycle ran yet")
    ok = age_s <= OLDEST_CYCLE_S
    return Check(ok, {"cycle_age_s": round(age_s, 2)}, "" if ok else "control has stopped")


def _worker() -> Check:
    meters = Meter.objects.count()
    age_s = poll_age_s()
    figures = {"poll_age_s": None if age_s is None else round(age_s, 2)}
    ok = not meters or (age_s is not None and age_s <= OLDEST_POLL_S)
    return Check(ok, figures, "" if ok else "meters are not polled: look at worker and beat")


def _meters(document: dict[str, Any]) -> Check:
    """A lost meter is an alarm, not a failure of EVCE: its zone runs at its degraded setpoint."""
    states = [zone["meter"]["state"] for zone in document.get("zones", []) if zone.get("meter")]
    return Check(True, {"answering": states.count("ok"), **{s: states.count(s) for s in ("lost", "waiting")}})


def _stations(document: dict[str, Any]) -> Check:
    counts = document.get("counts", {})
    names = ("stations", "online", "offline", "sessions")
    return Check(True, {**{name: counts.get(name, 0) for name in names}, "alarms": len(document.get("alarms", []))})
