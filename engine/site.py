"""`apply`: fold what happened into the state of the site."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine import clocks, facts, optimising, starving
from engine.building import FROZEN, distrust
from engine.commands import Target
from engine.conduct import resume
from engine.facts import Fact, Outcome, Status
from engine.ledger import FOLLOW_S, SHARE_S, held_ma, high_s, hold_s, open_window
from engine.lingering import BUSY, DRAWS_MA, goes_on, linger, shows_the_end
from engine.model import ConnectorConfig, SiteConfig
from engine.obedience import anew, judge, remember, session_over, trust
from engine.phases import learn, of_the_lines, report
from engine.plausibility import recall_reversal
from engine.profiles import SKEW_S, Doubt
from engine.ranking import review
from engine.reducing import note_reductions
from engine.smoothing import begin_anew
from engine.standing import RELEASES, can_hold, switch
from engine.state import Connector, Meter, Session, Site, Station, Zone

GRACE_S = 5.0
"""After a boot, a reconnection or a move the peers are left alone for so long."""
RETRY_S = 5.0
REFUSED_RETRY_S = 10.0
UNMANAGED_AFTER = 3
UNMANAGED_RETRY_S = 60.0
HOLD_TRIES = 2

_CHARGING = frozenset({Status.CHARGING})


def apply(site: Site, fact: Fact, now: float) -> None:
    """Fold one fact. Changes `site` only; facts about connectors or meters that do not exist say nothing."""
    _FOLDS[type(fact)](site, fact, now)
    if isinstance(fact, _OF_STATION):
        _stir(site, fact.station)
    elif isinstance(fact, _OF_CONNECTOR) and fact.connector in site.connectors:
        _stir(site, site.connectors[fact.connector].config.station)


def _stir(site: Site, station: int) -> None:
    for connector in _of(site, station):
        connector.stir()


def _configured(site: Site, fact: facts.Configured, now: float) -> None:
    old, config = site.config, fact.config
    if replace(old, version=config.version) == config:
        site.config = config
        return
    kept = site.connectors
    site.config = config
    note_reductions(site, old, config)
    site.connectors = {c.id: _configure(site, kept.get(c.id), c, old, now) for c in config.connectors}
    for station in {c.station for c in config.connectors}:
        site.stations.setdefault(station, Station(station))
    known = {c.station for c in config.connectors}
    site.stations = {i: s for i, s in site.stations.items() if i in known or s.online}
    meters = site.meters
    site.meters = {m.id: meters.get(m.id) or Meter(m, raw_since=now) for m in config.meters}
    for meter in config.meters:
        site.meters[meter.id].config = meter
    _carry_zones(site, old)
    for connector in site.connectors.values():
        connector.stir()
        if connector.session is not None and old.optimisation != config.optimisation:
            connector.session.usage.begin(now)
    site.balance = None
    site.revision += 1
    site.shuffled_at = now
    site.planned_for = None
    if not site.reviewed_at:
        site.reviewed_at = now


def _carry_zones(site: Site, old: SiteConfig) -> None:
    """Keep the building figures of zones that still hang on the same meter; smoothing starts anew."""
    before = {config.id: (config, zone) for config, zone in zip(old.zones, site.zones, strict=False)}
    site.zones = []
    for config in site.config.zones:
        was, zone = before.get(config.id, (None, Zone()))
        if was is not None and was.meter != config.meter:
            zone = Zone()
        zone.held_ma = None
        site.zones.append(zone)


def _configure(
    site: Site, connector: Connector | None, config: ConnectorConfig, old: SiteConfig, now: float
) -> Connector:
    tree = site.config.tree
    path = tree.paths[tree.index[config.zone]] if config.zone is not None else ()
    if connector is None:
        return Connector(config, path)
    was = connector.config
    if (was.zone, was.lines) != (config.zone, config.lines):
        if was.zone is not None:
            connector.moved_from += ((was.zone, connector.lines),)
        connector.moved_generation = connector.generation
        if connector.session is not None:
            connector.session.lines = None
        doubt_all(site, connector, now)
    elif connector.path != path and old.zones:
        doubt_all(site, connector, now)
    connector.config, connector.path = config, path
    if switch(connector, was, now):
        doubt_all(site, connector, now)
    return connector


def doubt_all(site: Site, connector: Connector, now: float) -> None:
    """Nothing that was acknowledged so far proves anything now; the peers wait a moment for the new answers."""
    connector.stir()
    connector.grace_ma, connector.grace_until = held_ma(site, connector, now), now + GRACE_S
    connector.confirm_after = connector.generation
    # Whether it still has one from before, or was asked to take it away and did, nobody knows now.
    connector.releases = 0 if can_hold(connector) else RELEASES
    for profile in connector.profiles:
        profile.retry_at = 0.0


def _restored(site: Site, fact: facts.Restored, now: float) -> None:
    """After the open transactions: a transaction profile ends with its transaction."""
    connector = site.connectors.get(fact.connector)
    if connector is None:
        return
    site.station_of(connector).ever_connected |= fact.ever_connected
    connector.generation = connector.confirm_after = fact.generation
    connector.wear.writes, connector.wear.at = fact.default_writes, now
    if fact.default_allowance is not None:
        connector.wear.left = fact.default_allowance
    stored = [(connector.default, fact.default_ma, fact.default_possible_ma)]
    refused = connector.config.default_only and fact.limit_ma is None
    if connector.session is not None and not refused:
        stored.append((connector.limit, fact.limit_ma, fact.limit_possible_ma))
    for profile, acked, possible in stored:
        profile.acked_ma = acked
        if possible > (acked or 0):
            profile.doubts = [Doubt(0, possible, in_flight=False)]
        if profile is connector.limit:
            _restart_lease(site, connector, now)
    if fact.zone is not None and fact.zone != connector.config.zone:
        connector.moved_from = ((fact.zone, connector.config.lines),)
        connector.moved_generation = fact.generation
    resume(site, connector, fact.conduct, now)
    site.revision += 1


def _restart_lease(site: Site, connector: Connector, now: float) -> None:
    """Rows hold no deadlines: what was told may have been refreshed a moment ago, or be about to lapse."""
    longest_s = max(high_s(site, connector), hold_s(site, connector))
    connector.limit.holds_until, connector.limit.gone_at = now, now + longest_s + SKEW_S
    for doubt in connector.limit.doubts:
        doubt.lease_s = longest_s
        doubt.ground(now)


def _connected(site: Site, fact: facts.StationConnected, now: float) -> None:
    station = site.stations.setdefault(fact.station, Station(fact.station))
    for connector in _of(site, fact.station):
        doubt_all(site, connector, now)
        _lose_flights(connector, now)
        if connector.path:
            begin_anew(site, connector.path[0])
    if not station.ever_connected:
        station.ever_connected = True
    station.online, station.ready = True, False
    site.revision += 1
    site.note("station_connected", station=fact.station)


def _booted(site: Site, fact: facts.StationBooted, now: float) -> None:
    for connector in _of(site, fact.station):
        doubt_all(site, connector, now)
        anew(site, connector)
        if connector.session is not None:
            connector.session.rebooted = True
    site.revision += 1


def _ready(site: Site, fact: facts.StationReady, now: float) -> None:
    if fact.station in site.stations:
        site.stations[fact.station].ready = True
        for connector in _of(site, fact.station):
            connector.releases = 0 if can_hold(connector) else RELEASES
        site.revision += 1


def _clock(site: Site, fact: facts.StationClock, now: float) -> None:
    connectors = _of(site, fact.station)
    if fact.moved:
        for connector in connectors:
            doubt_all(site, connector, now)
        site.revision += 1
    clocks.fold(site, connectors, fact, now)


def _disconnected(site: Site, fact: facts.StationDisconnected, now: float) -> None:
    station = site.stations.get(fact.station)
    if station is None or not station.online:
        return
    station.online = station.ready = False
    for connector in _of(site, fact.station):
        connector.confirm_after = connector.generation
        connector.grace_ma = None
        connector.share_until = 0.0
        _lose_flights(connector, now)
    site.revision += 1
    site.note("station_lost", station=fact.station)


def _lose_flights(connector: Connector, now: float) -> None:
    for profile in connector.profiles:
        for doubt in profile.doubts:
            if doubt.in_flight:
                doubt.ground(now)


def _status(site: Site, fact: facts.StatusChanged, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is not None:
        connector.told_status = fact.status
    if connector is None or connector.status is fact.status:
        return
    was, connector.status = connector.status, fact.status
    session = connector.session
    if session is not None and shows_the_end(session, fact.status):
        linger(connector, session, now)
        _end(site, connector, now)
    elif fact.status in BUSY and goes_on(connector):
        site.shuffled_at = now
    session = connector.session
    if session is not None:
        if was in _CHARGING and session.charging_since is not None:
            session.charging_s, session.charging_since = session.charging_time(now), None
        session.rebooted = session.rebooted and fact.status not in BUSY
        if fact.status in _CHARGING:
            session.charging_since = now
    elif fact.status is Status.PREPARING:
        connector.share_until = now + SHARE_S
        site.shuffled_at = now
    elif was is Status.PREPARING:
        connector.share_until = 0.0
    site.revision += 1


def _expected(site: Site, fact: facts.StartExpected, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is not None and connector.session is None:
        connector.share_until = now + SHARE_S
        site.revision += 1


def _started(site: Site, fact: facts.TransactionStarted, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is None or (connector.session is not None and connector.session.transaction == fact.transaction):
        return
    if connector.session is not None:
        _end(site, connector, now)
    elif goes_on(connector, fact.transaction):
        site.revision += 1
        return
    connector.lingering = None
    if connector.status is Status.FINISHING:
        # Stop and start were queued: the status of the new transaction may have come before both.
        told = connector.told_status
        connector.status = Status.PREPARING if told is Status.FINISHING else told
    site.arrivals += 1
    connector.session = Session(
        fact.transaction,
        fact.vip or connector.config.vip,
        fact.id_tag,
        site.arrivals,
        now - fact.age_s,
        blocked=fact.blocked,
        energy_wh=fact.energy_wh,
        charging_since=now if connector.status in _CHARGING else None,
    )
    for sibling in _of(site, connector.config.station):
        # The card was for this connector; one that stands at Preparing may still start.
        if sibling.status is not Status.PREPARING:
            sibling.share_until = 0.0
    connector.share_until = 0.0
    connector.raised_at = -1e9
    connector.reports.clear()
    site.shuffled_at = now
    site.revision += 1


def _stopped(site: Site, fact: facts.TransactionStopped, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is None:
        return
    if connector.lingering is not None and connector.lingering.session.transaction == fact.transaction:
        connector.lingering = None
    if connector.session is None or connector.session.transaction != fact.transaction:
        return
    _end(site, connector, now)
    if connector.status in (Status.CHARGING, Status.SUSPENDED_EV, Status.SUSPENDED_EVSE):
        connector.status = Status.FINISHING


def _end(site: Site, connector: Connector, now: float) -> None:
    """The transaction is over, and its profile with it. What was entitled for it is not any more."""
    connector.session = None
    session_over(site, connector)
    connector.reports.clear()
    connector.limit.clear()
    # What it refused was this session's; whether it takes the next one's is seen then.
    connector.unmanaged = connector.unmanaged and bool(connector.default.failures)
    connector.windows.clear()
    connector.follows.clear()
    connector.target_ma = 0
    site.shuffled_at = now
    site.revision += 1


def _measured(site: Site, fact: facts.Measured, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is None:
        return
    if connector.session is not None and fact.energy_wh is not None:
        connector.session.energy_wh = max(connector.session.energy_wh, fact.energy_wh)
    fact = of_the_lines(connector, fact)
    drawn = fact.currents_ma is not None or fact.current_ma is not None or fact.power_w is not None
    latest = report(connector, fact, site.config.grid, now) if drawn else None
    if connector.session is not None and (drawn or fact.offered_ma is not None):
        judge(site, connector, latest, fact.offered_ma, now)
    if latest is None:
        return
    if max(ma or 0 for ma in latest.lines_ma) >= DRAWS_MA and goes_on(connector):
        site.shuffled_at = now
        site.revision += 1
    connector.reports.append(latest)
    if connector.session is not None:
        remember(site, connector, latest, now)
        drawn_ma = optimising.drawn_ma(connector, fact, latest)
        optimising.watch(site, connector, drawn_ma, now)
        starving.watch(site, connector, drawn_ma, fact.offered_ma, now)
    connector.span = None
    if learn(connector, latest, now):
        connector.stir()
        site.revision += 1
        site.note(
            "phases_learned", connector=connector.config.id, lines=" ".join(f"L{line + 1}" for line in connector.lines)
        )


def _trusted(site: Site, fact: facts.Trusted, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is not None:
        trust(site, connector)
        starving.clear(site, connector)


def _write_ended(site: Site, fact: facts.WriteEnded, now: float) -> None:
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
        profile.doubts.remove(doubt)
    elif fact.outcome is Outcome.ACCEPTED:
        _accepted(site, connector, target, doubt, now)
    else:
        _failed(site, connector, target, doubt, fact.outcome, now)


def _accepted(site: Site, connector: Connector, target: Target, doubt: Doubt, now: float) -> None:
    profile = connector.profile(target)
    before = held_ma(site, connector, now)
    stood_ma = connector.standing_ma(now)
    if profile is connector.carrier and doubt.limit_ma < before:
        connector.check_at = now + FOLLOW_S
    profile.accept(doubt, now)
    for other in connector.profiles:
        # It takes limits again: what it refused before is not left waiting.
        other.retry_at = min(other.retry_at, now)
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
        return
    if refused and profile.failures >= UNMANAGED_AFTER:
        profile.retry_at = now + UNMANAGED_RETRY_S
        connector.unmanaged = connector.unmanaged or profile is connector.carrier
        site.alarm("station_unmanaged", connector.config.label, raised=True, outcome=outcome.value)


def _meter_read(site: Site, fact: facts.MeterRead, now: float) -> None:
    meter = site.meters.get(fact.meter)
    if meter is None:
        return
    meter.currents_ma = fact.currents_ma
    meter.read_at = now - fact.age_s
    meter.fresh = True
    if meter.reason == FROZEN and fact.raw != meter.raw:
        # It moves again; a load that stands still is no reason to wait for the next change.
        meter.reason = ""
    if meter.reason != FROZEN:
        meter.good_in_a_row += 1
    if fact.raw != meter.raw:
        meter.raw, meter.raw_since = fact.raw, meter.read_at


def _meter_failed(site: Site, fact: facts.MeterFailed, now: float) -> None:
    meter = site.meters.get(fact.meter)
    if meter is None:
        return
    meter.good_in_a_row = 0
    meter.reason = fact.reason
    if fact.implausible:
        distrust(site, meter, fact.reason)


def _meter_reversed(site: Site, fact: facts.MeterReversed, now: float) -> None:
    recall_reversal(site, fact.meter)


def _reviewed(site: Site, fact: facts.RanksReviewed, now: float) -> None:
    review(site, now)
    site.note("ranks_reviewed")


def _of(site: Site, station: int) -> list[Connector]:
    return [site.connectors[c.id] for c in site.config.connectors_of_station.get(station, ())]


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
)
"""Facts that can change what the connectors of a station count for; reports do so only where they teach phases."""

_FOLDS: dict[type, Callable[[Site, Any, float], None]] = {
    facts.Configured: _configured,
    facts.Restored: _restored,
    facts.StationConnected: _connected,
    facts.StationBooted: _booted,
    facts.StationReady: _ready,
    facts.StationDisconnected: _disconnected,
    facts.StationClock: _clock,
    facts.StatusChanged: _status,
    facts.StartExpected: _expected,
    facts.TransactionStarted: _started,
    facts.TransactionStopped: _stopped,
    facts.Measured: _measured,
    facts.Trusted: _trusted,
    facts.WriteEnded: _write_ended,
    facts.MeterRead: _meter_read,
    facts.MeterFailed: _meter_failed,
    facts.MeterReversed: _meter_reversed,
    facts.RanksReviewed: _reviewed,
}
