"""`apply`: fold what happened into the state of the site."""

from collections.abc import Callable
from typing import Any

from engine import facts, session_facts, site_facts, station_facts
from engine.facts import Fact
from engine.state import Site
from engine.station_facts import doubt_all

__all__ = ["apply", "doubt_all"]


def apply(site: Site, fact: Fact, now: float) -> None:
    """Fold one fact. Changes `site` only; facts about connectors or meters that do not exist say nothing."""
    _FOLDS[type(fact)](site, fact, now)
    if isinstance(fact, _OF_STATION):
        _stir(site, fact.station)
    elif isinstance(fact, _OF_CONNECTOR) and fact.connector in site.connectors:
        _stir(site, site.connectors[fact.connector].config.station)


def _stir(site: Site, station: int) -> None:
    for connector in site.connectors_of(station):
        connector.stir()


_OF_STATION = (
    facts.StationConnected,
    facts.StationBooted,
    facts.StationReady,
    facts.StationDisconnected,
    facts.StationClock,
)
_OF_CONNECTOR = (
    facts.Restored,
    facts.StatusChanged,
    facts.StartExpected,
    facts.TransactionStarted,
    facts.TransactionStopped,
    facts.WriteEnded,
    facts.WriteResisted,
)
"""Facts that can change what the connectors of a station count for; reports do so only where they teach phases."""

_FOLDS: dict[type, Callable[[Site, Any, float], None]] = {
    facts.Configured: site_facts.configured,
    facts.Restored: site_facts.restored,
    facts.StationConnected: station_facts.connected,
    facts.StationBooted: station_facts.booted,
    facts.StationReady: station_facts.ready,
    facts.StationDisconnected: station_facts.disconnected,
    facts.StationClock: station_facts.clock,
    facts.StatusChanged: session_facts.status,
    facts.StartExpected: session_facts.expected,
    facts.TransactionStarted: session_facts.started,
    facts.TransactionStopped: session_facts.stopped,
    facts.Measured: session_facts.measured,
    facts.Trusted: session_facts.trusted,
    facts.WriteEnded: station_facts.write_ended,
    facts.WriteResisted: station_facts.write_resisted,
    facts.MeterRead: site_facts.meter_read,
    facts.MeterFailed: site_facts.meter_failed,
    facts.MeterReversed: site_facts.meter_reversed,
    facts.WiringFound: site_facts.wiring_found,
    facts.RanksReviewed: site_facts.reviewed,
}
