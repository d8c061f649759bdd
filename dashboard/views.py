"""Pages for operators and administrators: the live site, a zone, a station, the journal, the alarms."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import operator_required
from chargers.models import Connector, Station
from common.text import unbroken
from control.sentences import event_sentence
from control.trusting import METER_ALARMS, trust_again, trust_meter_again
from dashboard import page, selectors
from dashboard.documents import Document
from dashboard.obeying import explain
from dashboard.page import Context, live_context
from dashboard.selectors import JournalFilter
from dashboard.sheet import Sheet
from dashboard.states import station_word
from journal.models import Alarm
from journal.services import acknowledge_alarms
from zones.models import Zone

MAX_FILTER_CHARS = 80


@operator_required
@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """UI-2 *global*."""
    context = live_context(_whole_site, show=request.GET.get("show", ""))
    return render(request, "dashboard/home.html", {**context, "alarms": _worded(selectors.unseen_alarms())})


@operator_required
@require_safe
@never_cache
def zone(request: HttpRequest, zone: int) -> HttpResponse:
    """UI-2 *zone*: its figures, sub-zones and stations."""
    row = get_object_or_404(Zone.objects.select_related("parent"), pk=zone)
    context = live_context(lambda document, sheet: _one_zone(document, sheet, zone), show=request.GET.get("show", ""))
    return render(request, "dashboard/zone.html", {**context, "zone": row})


@operator_required
@require_safe
@never_cache
def station(request: HttpRequest, station: int) -> HttpResponse:
    """UI-2 *station*. By number: a box identity such as ".." is no safe part of an address."""
    row = get_object_or_404(Station.objects.select_related("zone", "group"), pk=station)
    context = live_context(lambda document, sheet: _one_station(document, sheet, station))
    journal = selectors.journal_page(JournalFilter(device=row.box_identity), rows=30)
    frames = selectors.last_frames(row.box_identity)
    return render(request, "dashboard/station.html", {**context, "station": row, "journal": journal, "frames": frames})


@operator_required
@require_safe
@never_cache
def journal(request: HttpRequest) -> HttpResponse:
    wanted = _filter(request)
    context = {
        "wanted": wanted,
        "page": selectors.journal_page(wanted),
        "kinds": selectors.kinds(),
        "devices": selectors.devices(),
        "zones": selectors.zone_names(),
        "following": _following(request),
    }
    return render(request, "dashboard/journal.html", context)


@operator_required
@require_safe
@never_cache
def alarms(request: HttpRequest) -> HttpResponse:
    context = {
        "open": _worded(selectors.open_alarms()),
        "past": _worded(selectors.past_alarms()),
        "miswired": METER_ALARMS,
    }
    return render(request, "dashboard/alarms.html", context)


@operator_required
@require_POST
def acknowledge_alarm(request: HttpRequest, alarm: int) -> HttpResponse:
    if acknowledge_alarms(alarms=[alarm], by=request.user.get_username()):
        messages.success(request, _("The alarm is acknowledged. It stays listed until its cause is gone."))
    return redirect("dashboard:alarms")


@operator_required
@require_POST
def trust_connector(request: HttpRequest, connector: int) -> HttpResponse:
    """S15: back into service, from the page of its station."""
    row = get_object_or_404(Connector.objects.select_related("station"), pk=connector)
    trust_again(connector=row.pk, by=request.user.get_username())
    messages.success(request, _("Connector %(number)d is tried again.") % {"number": row.number})
    return redirect("dashboard:station", station=row.station_id)


@operator_required
@require_POST
def trust_meter(request: HttpRequest, alarm: int) -> HttpResponse:
    """MET-6: somebody has put the wiring right, says whoever presses it beside the alarm."""
    meter = get_object_or_404(selectors.miswired_meters(alarm=alarm))
    trust_meter_again(meter=meter.pk, by=request.user.get_username())
    messages.success(request, _("Meter %(name)s is believed again.") % {"name": meter.name})
    return redirect("dashboard:alarms")


def _whole_site(document: Document, sheet: Sheet) -> Context:
    return {
        "zones": page.zone_rows(sheet.zones.values()),
        "connectors": page.connector_rows(sheet.connectors.values()),
        "chips": page.chips(sheet.connectors.values(), keyed=True),
    }


def _one_zone(document: Document, sheet: Sheet, zone: int) -> Context:
    inside = page.subtree(document, zone)
    connectors = [sheet.connectors[f"c{c['id']}"] for c in document["connectors"] if c["zone"] in inside]
    return {
        "zones": page.zone_rows(sheet.zones[f"z{z['id']}"] for z in document["zones"] if z["id"] in inside),
        "connectors": page.connector_rows(connectors),
        "chips": page.chips(connectors, keyed=False),
    }


def _one_station(document: Document, sheet: Sheet, station: int) -> Context:
    cells = [sheet.connectors[f"c{c['id']}"] for c in document["connectors"] if c["station"] == station]
    state = next((s["state"] for s in document["stations"] if s["id"] == station), "")
    wrong = [
        {"id": c["id"], "number": c["number"], **explain(c["obedience"])}
        for c in document["connectors"]
        if c["station"] == station and c.get("obedience")
    ]
    out = [
        {"id": c["id"], "number": c["number"]}
        for c in document["connectors"]
        if c["station"] == station and c["status"] == "unavailable" and not c.get("obedience")
    ]
    return {
        "cards": page.connector_cards(cells),
        "state": state,
        "state_word": station_word(state),
        "state_row": cells[0]["key"] if cells else "",
        "wrong": wrong,
        "out": out,
    }


def _worded(alarms: Iterable[Alarm]) -> list[tuple[Alarm, str]]:
    return [(alarm, unbroken(event_sentence(alarm.code, alarm.params))) for alarm in alarms]


def _filter(request: HttpRequest) -> JournalFilter:
    """From the address; what makes no sense there filters nothing."""
    given = {name: request.GET.get(name, "")[:MAX_FILTER_CHARS] for name in ("kind", "device", "zone", "text")}
    before = request.GET.get("before", "")
    return JournalFilter(**given, before=int(before) if before.isdecimal() and len(before) < 19 else None)


def _following(request: HttpRequest) -> str:
    """The filters as the address of the next page, which adds its `before`."""
    query = request.GET.copy()
    query.pop("before", None)
    return query.urlencode()
