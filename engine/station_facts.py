"""Facts about stations: their links, boots and clocks, and what became of what they were told."""

import math

from engine import clocks, facts, optimising
from engine.commands import Target
from engine.connector import Connector
from engine.facts import Outcome
from engine.ledger import held_ma, open_window
from engine.obedience import anew, expect
from engine.profiles import Doubt
from engine.smoothing import begin_anew
from engine.standing import RELEASES, can_hold
from engine.state import Site, Station

GRACE_S = 5.0
"""After a boot, a reconnection or a move the peers are left alone for so long."""
RETRY_S = 5.0
REFUSED_RETRY_S = 10.0
UNMANAGED_AFTER = 3
UNMANAGED_RETRY_S = 60.0
HOLD_TRIES = 2
HOLD_RETRY_S, HOLD_MOST_S = 600.0, 86_400.0
"""A refused hold is tried again after so long, each time twice as long, at most that: something else may have been the
cause."""


def connected(site: Site, fact: facts.StationConnected, now: float) -> None:
    station = site.stations.setdefault(fact.station, Station(fact.station))
    for connector in site.connectors_of(fact.station):
        doubt_all(site, connector, now)
        _lose_flights(connector, now)
        if connector.path:
            begin_anew(site, connector.path[0])
    if not station.ever_connected:
        station.ever_connected = True
    station.online, station.ready = True, False
    site.revision += 1
    site.note("station_connected", station=fact.station)


def booted(site: Site, fact: facts.StationBooted, now: float) -> None:
    for connector in site.connectors_of(fact.station):
        doubt_all(site, connector, now)
        anew(site, connector)
        _hold_anew(connector)
        if connector.session is not None:
            connector.session.rebooted = True
    site.revision += 1


def ready(site: Site, fact: facts.StationReady, now: float) -> None:
    if fact.station in site.stations:
        site.stations[fact.station].ready = True
        for connector in site.connectors_of(fact.station):
            connector.releases = 0 if can_hold(connector) else RELEASES
            _hold_anew(connector)
        site.revision += 1


def _hold_anew(connector: Connector) -> None:
    """L5: that it refused to be held down before it came back says nothing of now."""
    connector.hold_refused, connector.hold.failures, connector.hold.retry_at = False, 0, 0.0


def clock(site: Site, fact: facts.StationClock, now: float) -> None:
    connectors = site.connectors_of(fact.station)
    if fact.moved:
        for connector in connectors:
            doubt_all(site, connector, now)
        site.revision += 1
    clocks.fold(site, connectors, fact, now)


def disconnected(site: Site, fact: facts.StationDisconnected, now: float) -> None:
    station = site.stations.get(fact.station)
    if station is None or not station.online:
        return
    station.online = station.ready = False
    for connector in site.connectors_of(fact.station):
        connector.confirm_after = connector.generation
        connector.grace_ma = None
        connector.share_until = 0.0
        connector.check_at, connector.unanswered = math.inf, 0
        _lose_flights(connector, now)
    site.revision += 1
    site.note("station_lost", station=fact.station)


def doubt_all(site: Site, connector: Connector, now: float) -> None:
    """Nothing that was acknowledged so far proves anything now; the peers wait a moment for the new answers."""
    connector.stir()
    connector.grace_ma, connector.grace_until = held_ma(site, connector, now), now + GRACE_S
    connector.confirm_after = connector.generation
    # Whether it still has one from before, or was asked to take it away and did, nobody knows now.
    connector.releases = 0 if can_hold(connector) else RELEASES
    for profile in connector.profiles:
        profile.retry_at = 0.0


def _lose_flights(connector: Connector, now: float) -> None:
    for profile in connector.profiles:
        profile.resisted = False
        for doubt in profile.doubts:
            if doubt.in_flight:
                doubt.ground(now)


def write_ended(site: Site, fact: facts.WriteEnded, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is None:
        return
    for target in Target:
        profile = connector.profile(target)
        doubt = next((d for d in profile.doubts if d.generation == fact.generation), None)
        if doubt is not None:
            break
    else:
        return
    site.revision += 1
    if target is Target.DEFAULT and fact.outcome in (Outcome.UNSENT, Outcome.REJECTED, Outcome.ERROR):
        connector.wear.refund()
    if fact.outcome is Outcome.UNSENT:
        profile.resisted = False
        profile.doubts.remove(doubt)
    elif fact.outcome is Outcome.ACCEPTED:
        _accepted(site, connector, target, doubt, now)
    else:
        _failed(site, connector, target, doubt, fact.outcome, now)


def write_resisted(site: Site, fact: facts.WriteResisted, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is None:
        return
    for profile in connector.profiles:
        flight = profile.in_flight
        if flight is not None and flight.generation == fact.generation:
            profile.resisted = True
            site.revision += 1


def _accepted(site: Site, connector: Connector, target: Target, doubt: Doubt, now: float) -> None:
    profile = connector.profile(target)
    before = held_ma(site, connector, now)
    stood_ma = connector.standing_ma(now)
    if profile is connector.carrier:
        expect(site, connector, now, lower=doubt.limit_ma < before)
    profile.accept(doubt, now)
    for other in connector.profiles:
        # It takes limits again: what it refused before is not left waiting.
        if other is not connector.hold or not connector.hold_refused:
            other.retry_at = min(other.retry_at, now)
    for sibling in site.connectors_of(connector.config.station):
        if sibling.unmanaged and sibling is not connector:
            # So may the others at this station: as soon after their last try as one that was just refused.
            sooner_at = sibling.carrier.retry_at - UNMANAGED_RETRY_S + REFUSED_RETRY_S
            sibling.carrier.retry_at = min(sibling.carrier.retry_at, max(now, sooner_at))
    if target is Target.HOLD:
        connector.hold_refused = False
    if profile is connector.carrier:
        connector.unmanaged = False
        if connector.session is not None:
            optimising.told(connector.session, stood_ma, doubt.limit_ma, now)
    if not connector.limit.failures and not connector.default.failures:
        site.alarm("station_unmanaged", connector.config.label, raised=False)
    open_window(connector, before, held_ma(site, connector, now), now, site.config.settle_s)


def _failed(site: Site, connector: Connector, target: Target, doubt: Doubt, outcome: Outcome, now: float) -> None:
    profile = connector.profile(target)
    doubt.ground(now)
    profile.resisted = False
    if outcome is Outcome.LOST:
        return
    profile.failures += 1
    refused = outcome in (Outcome.REJECTED, Outcome.ERROR)
    if refused:
        doubt.refused_at = now
    profile.retry_at = now + (REFUSED_RETRY_S if refused else RETRY_S)
    site.note(
        "write_failed",
        connector=connector.config.id,
        outcome=outcome.value,
        target=target.value,
        limit_a=doubt.limit_ma / 1000,
    )
    if refused and target is Target.LIMIT and connector.config.default_only:
        # Sent before it was known that it takes no limit of a session.
        profile.doubts.remove(doubt)
        profile.failures = 0
        return
    if refused and target is Target.HOLD:
        profile.doubts.remove(doubt)
        connector.hold_refused = profile.failures >= HOLD_TRIES
        if connector.hold_refused:
            profile.retry_at = now + min(HOLD_RETRY_S * 2 ** min(profile.failures - HOLD_TRIES, 16), HOLD_MOST_S)
        return
    if target is Target.HOLD:
        # Not to be held down is no loss of control: its share is kept for it.
        return
    if target is Target.LIMIT and connector.config.default_only:
        # Another profile carries its setpoint.
        profile.failures = 0
        return
    if profile.failures >= UNMANAGED_AFTER:
        profile.retry_at = now + UNMANAGED_RETRY_S
        connector.unmanaged = connector.unmanaged or profile is connector.carrier
        site.alarm("station_unmanaged", connector.config.label, raised=True, outcome=outcome.value)
