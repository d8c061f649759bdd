"""The engine's entries and alarms as lines of the journal."""

from collections.abc import Collection
from datetime import datetime

from common import clock
from control.loading import Names
from control.sentences import EVENTS, event_sentence
from engine.commands import Alarm, Entry
from engine.state import Site
from journal.models import Kind
from journal.records import AlarmChange, Line, Said
from journal.selectors import open_alarms
from journal.services import clear_alarm

ALARMS = frozenset(
    {
        "meter_lost",
        "station_unmanaged",
        "default_writes_used_up",
        "station_disobeys",
        "clock_wrong",
        "limit_not_enforceable",
        "reduction_not_enforceable",
    }
)
"""Those of the engine that its first cycles raise again where they still hold."""

FAILING, SUBJECT = "control_failing", "EVCE"

_KINDS = {
    "station_connected": Kind.COMMUNICATION,
    "station_lost": Kind.COMMUNICATION,
    "meter_lost": Kind.COMMUNICATION,
    "meter_restored": Kind.COMMUNICATION,
    "clock_gap": Kind.SYSTEM,
    "clock_wrong": Kind.COMMUNICATION,
    "clock_right": Kind.COMMUNICATION,
}


def line_of(entry: Entry, site: Site, names: Names, at: datetime) -> Line:
    device, zone = _place(entry, site, names)
    params = dict(entry.params)
    return Line(
        kind=_KINDS.get(entry.code, Kind.LOAD),
        subtype=entry.code,
        device=device,
        message=Said(entry.code, params) if entry.code in EVENTS else event_sentence(entry.code, params),
        at=at,
        zone=zone,
    )


def alarm_of(alarm: Alarm, at: datetime) -> AlarmChange:
    return AlarmChange(alarm.code, alarm.subject, alarm.raised, at, dict(alarm.params))


def failing(*, raised: bool, ended: int) -> AlarmChange:
    """Control itself; `ended`: how many processes in a row have ended for it."""
    return AlarmChange(FAILING, SUBJECT, raised, clock.now(), {"ended": ended})


def ends_before() -> int | None:
    """How many processes ended before this one because control failed; None: the alarm is not open."""
    alarm = open_alarms().filter(code=FAILING, subject=SUBJECT).first()
    return None if alarm is None else int(alarm.params.get("ended") or 0)


def failure_line(code: str) -> Line:
    return Line(Kind.SYSTEM, code, "", Said(code), clock.now())


def _place(entry: Entry, site: Site, names: Names) -> tuple[str, str]:
    """(device, zone): box identity (and connector), or meter; the zone's name."""
    zones = {zone.id: zone.name for zone in site.config.zones}
    if entry.connector is not None:
        config = site.config.connector_by_id.get(entry.connector)
        if config is None:
            return "", ""
        zone = zones.get(config.zone, "") if config.zone is not None else ""
        return names.box_identity.get(config.station, ""), zone
    if entry.station is not None:
        return names.box_identity.get(entry.station, ""), ""
    if entry.meter is not None:
        meter = site.config.meter_by_id.get(entry.meter)
        return (meter.name if meter else ""), ""
    return "", zones.get(entry.zone, "") if entry.zone is not None else ""


def clear_own_alarms(holding: Collection[tuple[str, str]]) -> None:
    """At start: but not those that the rows told of, by code and subject. The first cycles raise what else holds."""
    for alarm in open_alarms():
        if alarm.code in ALARMS and (alarm.code, alarm.subject) not in holding:
            clear_alarm(code=alarm.code, subject=alarm.subject)
