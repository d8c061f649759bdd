"""The status bar of every page (UI-3), from the newest site document."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache

from accounts.permissions import operator_required
from common import clock
from control import runtime
from control.models import SiteDocument

STALE_AFTER_S = 10.0


@dataclass(frozen=True)
class StatusBar:
    """`known` is false before the first document; `stale` when control has not published for a while."""

    known: bool = False
    stale: bool = False
    online: int = 0
    offline: int = 0
    faulted: int = 0
    charging: int = 0
    alarms: int = 0


def status_bar() -> StatusBar:
    """From memory in the process that controls, from its row elsewhere (there only three values are read)."""
    document = runtime.document() or _row()
    if not document:
        return StatusBar()
    counts = document.get("counts") or {}
    return StatusBar(
        known=True,
        stale=_age_s(str(document["at"])) > STALE_AFTER_S,
        online=int(counts.get("online") or 0),
        offline=int(counts.get("offline") or 0),
        faulted=int(counts.get("stations_faulted") or 0),
        charging=int(counts.get("charging") or 0),
        alarms=len(document.get("alarms") or ()),
    )


def context(request: HttpRequest) -> dict[str, object]:
    """Template context processor: nothing is read until a template shows the bar."""
    return {"status_bar": SimpleLazyObject(status_bar)}


@never_cache
@operator_required
def fragment(request: HttpRequest) -> HttpResponse:
    """The bar alone, which pages fetch every few seconds."""
    # Without it the session is not saved: a page left open must not keep its user logged in for ever.
    del request.session
    return render(request, "parts/status_bar.html", {"status_bar": status_bar()})


def _row() -> dict[str, Any]:
    keys = ("body__at", "body__counts", "body__alarms")
    values = SiteDocument.objects.filter(pk=1, body__has_key="at").values_list(*keys).first()
    return dict(zip(("at", "counts", "alarms"), values, strict=True)) if values else {}


def _age_s(at: str) -> float:
    return (clock.now() - datetime.fromisoformat(at)).total_seconds()
