"""Stations whose clock is off (F21, S21): their leases are void, and they are asked to set it."""

from engine.commands import Action, Order
from engine.connector import Connector
from engine.facts import StationClock
from engine.state import Site

ASK_S = 60.0


def fold(site: Site, connectors: list[Connector], fact: StationClock, now: float) -> None:
    """The verdict on one station; its connectors are given."""
    station = site.stations.get(fact.station)
    if station is None or not connectors:
        return
    was = connectors[0].lease_void
    station.clock_ask_at = now if fact.wrong else float("inf")
    for connector in connectors:
        # A standing default has no end: what carries the setpoint of such a station needs no clock.
        connector.lease_void = fact.wrong and not connector.config.default_only
    if was == fact.wrong:
        return
    site.revision += 1
    site.note("clock_wrong" if fact.wrong else "clock_right", station=fact.station, skew_s=fact.skew_s)
    site.alarm("clock_wrong", _subject(connectors[0]), raised=fact.wrong, skew_s=fact.skew_s)


def resume(site: Site, connector: Connector, now: float) -> None:
    """It was off when the process before this one ended, and its alarm stands since then."""
    connector.lease_void = True
    site.station_of(connector).clock_ask_at = now
    site.alarms.add(("clock_wrong", _subject(connector)))


def _subject(connector: Connector) -> str:
    return connector.config.label.rpartition("/")[0]


def orders(site: Site, now: float) -> list[Order]:
    """A heartbeat from each station whose clock is off, once a minute: its answer tells the time."""
    out: list[Order] = []
    for identity, station in site.stations.items():
        if now < station.clock_ask_at or not station.ready:
            continue
        station.clock_ask_at = now + ASK_S
        first = site.config.connectors_of_station.get(identity, ())[:1]
        out += [Order(identity, config.id, config.number, Action.CLOCK) for config in first]
    return out
