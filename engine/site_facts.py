"""Facts about the site: its configuration, what the rows knew of it, its meters, the review of ranks."""

from dataclasses import replace

from engine import facts, starving
from engine.building import FROZEN, distrust
from engine.conduct import resume
from engine.connector import Connector
from engine.ledger import high_s, hold_s
from engine.model import ConnectorConfig, Place, SiteConfig
from engine.plausibility import recall_reversal
from engine.profiles import SKEW_S, Doubt
from engine.ranking import review
from engine.reducing import note_reductions
from engine.standing import switch
from engine.state import Meter, Site, Station, Zone
from engine.station_facts import doubt_all
from engine.wiring_watch import judge_anew, recall_wiring, rewired


def configured(site: Site, fact: facts.Configured, now: float) -> None:
    old, config = site.config, fact.config
    if replace(old, version=config.version) == config:
        site.config = config
        return
    kept = site.connectors
    site.config = config
    note_reductions(site, old, config)
    site.connectors = {c.id: _configure(site, kept.get(c.id), c, now) for c in config.connectors}
    for station in {c.station for c in config.connectors}:
        site.stations.setdefault(station, Station(station))
    known = {c.station for c in config.connectors}
    site.stations = {i: s for i, s in site.stations.items() if i in known or s.online}
    meters = site.meters
    site.meters = {m.id: meters.get(m.id) or Meter(m, raw_since=now) for m in config.meters}
    for meter in config.meters:
        site.meters[meter.id].config = meter
    rewired(site, old)
    for connector in kept.values():
        if connector.config.id not in site.connectors:
            _end_alarms(site, connector)
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


def _end_alarms(site: Site, gone: Connector) -> None:
    """Those of a connector that is not there any more, and of its station with the last one."""
    label = gone.config.label
    subjects = {label} if site.connectors_of(gone.config.station) else {label, label.rpartition("/")[0]}
    for code, subject in sorted(site.alarms):
        if subject in subjects:
            site.alarm(code, subject, raised=False)
    starving.clear(site, gone)


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


def _configure(site: Site, connector: Connector | None, config: ConnectorConfig, now: float) -> Connector:
    tree = site.config.tree
    path = tree.paths[tree.index[config.zone]] if config.zone is not None else ()
    if connector is None:
        connector = Connector(config, path)
        connector.zones = tuple(tree.ids[position] for position in path)
        return connector
    was, place = connector.config, connector.place
    connector.config, connector.path = config, path
    connector.zones = tuple(tree.ids[position] for position in path)
    edited = _edited(connector, place, site.station_of(connector).ever_connected)
    if switch(connector, was, now) or edited:
        doubt_all(site, connector, now)
    return connector


def _edited(connector: Connector, was: Place, seen: bool) -> bool:
    """After a new configuration: does what its station was told under the one before prove nothing any more (S12)?

    `seen`: its station has connected; of one that never has, nothing is left.
    """
    place = connector.place
    if place.zones == was.zones and was.within(place):
        return False
    if seen and not was.within(place) and was not in connector.former:
        connector.former += (was,)
    connector.edited_generation = connector.generation
    if place.wiring != was.wiring:
        # Its reports told of other lines.
        connector.reports.clear()
    if connector.session is not None and (place.zones[:1], place.wiring) != (was.zones[:1], was.wiring):
        connector.session.lines = connector.session.pattern = None
    return True


def restored(site: Site, fact: facts.Restored, now: float) -> None:
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
    connector.former = tuple(place for place in fact.places if not place.within(connector.place))
    connector.edited_generation = fact.generation
    resume(site, connector, fact.conduct, now)
    site.revision += 1


def _restart_lease(site: Site, connector: Connector, now: float) -> None:
    """Rows hold no deadlines: what was told may have been refreshed a moment ago, or be about to lapse."""
    longest_s = max(high_s(site, connector), hold_s(site, connector))
    connector.limit.holds_until, connector.limit.gone_at = now, now + longest_s + SKEW_S
    for doubt in connector.limit.doubts:
        doubt.lease_s = longest_s
        doubt.ground(now)


def meter_read(site: Site, fact: facts.MeterRead, now: float) -> None:
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


def meter_failed(site: Site, fact: facts.MeterFailed, now: float) -> None:
    meter = site.meters.get(fact.meter)
    if meter is None:
        return
    meter.good_in_a_row = 0
    meter.reason = fact.reason
    if fact.implausible:
        distrust(site, meter, fact.reason)


def meter_reversed(site: Site, fact: facts.MeterReversed, now: float) -> None:
    recall_reversal(site, fact.meter)


def wiring_found(site: Site, fact: facts.WiringFound, now: float) -> None:
    meter = site.meters.get(fact.meter)
    if meter is not None:
        recall_wiring(site, meter) if fact.wrong else judge_anew(site, meter)


def reviewed(site: Site, fact: facts.RanksReviewed, now: float) -> None:
    review(site, now)
    site.note("ranks_reviewed")
