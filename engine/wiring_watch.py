"""How meters are wired: phases swapped, direction inverted, production that is negative (MET-6, F11).

A zone meter that the cars prove wrong is not believed until they prove it right, its wiring is configured anew, or a
person says that it is right: by its figures a breaker would be safe that is not. Production only warns.
"""

from engine.building import WIRING, window_s
from engine.commands import Alarm
from engine.evidence import Sample, Seen, Watch, observe, weigh
from engine.model import SiteConfig
from engine.state import Meter, Site
from engine.wiring import LINE_NAMES, LINES, Grid

EVERY_S = 5.0
NEGATIVE_MA = 500
NEGATIVE_S = 60.0
SWAPPED, INVERTED, NEGATIVE = "meter_phases_swapped", "meter_sign_inverted", "production_negative"
WRONG = (SWAPPED, INVERTED)


def watch_wiring(site: Site, now: float) -> None:
    """Every few seconds, compare what the cars tell with what the meters show."""
    if now - site.watched_at < EVERY_S:
        return
    site.watched_at = now
    cars = _cars_ma(site) if site.config.grid is not Grid.DELTA else None
    for position, config in enumerate(site.config.zones):
        if config.production_meter is not None:
            _production(site, site.meters[config.production_meter], now)
        if config.meter is not None and cars is not None:
            _zone(site, position, site.meters[config.meter], cars[position], now)


def _cars_ma(site: Site) -> list[list[int] | None]:
    """By zone and line: what the stations at or below it say that they draw; None where one does not say it by line."""
    sums: list[list[int] | None] = [[0, 0, 0] for _ in site.zones]
    for connector in site.connectors.values():
        told = connector.report_ma() if connector.reports else (0, 0, 0)
        for position in connector.path:
            row = sums[position]
            if row is None or any(ma is None for ma in told):
                sums[position] = None
                continue
            for line in LINES:
                row[line] += told[line] or 0
    return sums


def _zone(site: Site, position: int, meter: Meter, cars: list[int] | None, now: float) -> None:
    if cars is None or not (meter.trusted or (meter.miswired and meter.answers(now))):
        meter.watch.calm.clear()
        meter.watch.before = meter.watch.cars_ma = None
        return
    behind = [meter.currents_ma[line] + site.zones[position].production_ma[line] for line in LINES]
    sample = Sample(now, (cars[0], cars[1], cars[2]), (behind[0], behind[1], behind[2]))
    finding = observe(meter.watch, sample, window_s(site))
    if finding is None or not weigh(meter.watch, finding):
        return
    if finding.seen is Seen.RIGHT:
        believe(site, meter)
        return
    code = SWAPPED if finding.seen is Seen.SWAPPED else INVERTED
    line, shown_on = LINE_NAMES[finding.line], LINE_NAMES[finding.shown_on]
    site.alarm(code, meter.config.name, raised=True, line=line, shown_on=shown_on)
    site.note(code, meter=meter.config.id, line=line, shown_on=shown_on)
    meter.miswired = True


def believe(site: Site, meter: Meter) -> None:
    """It is wired right, as far as anybody knows; three good readings make it trusted."""
    meter.miswired = False
    for code in WRONG:
        # Not by `site.alarm`: it may stand since before the last start.
        site.alarms.discard((code, meter.config.name))
        site.entries.append(Alarm(code, meter.config.name, False, ()))


def judge_anew(site: Site, meter: Meter) -> None:
    """Somebody says that it is right. What was seen before is no evidence any more."""
    meter.watch = Watch()
    believe(site, meter)


def recall_wiring(site: Site, meter: Meter) -> None:
    """It was proven wrong before a restart."""
    meter.miswired = True
    site.alarm("meter_lost", meter.config.name, raised=True, reason=WIRING)


def rewired(site: Site, old: SiteConfig) -> None:
    """A new configuration may be the answer to what was found: judge anew each meter that it changes the wiring of."""
    config, inverted = site.config, {m.id: m.inverted for m in old.meters}
    touched = {m.id for m in config.meters if m.inverted != inverted.get(m.id, m.inverted)}
    before = {c.id: c for c in old.connectors}
    for connector in config.connectors:
        was = before.get(connector.id, connector)
        if connector.zone is not None and (was.zone, was.wiring) != (connector.zone, connector.wiring):
            path = config.tree.paths[config.tree.index[connector.zone]]
            touched |= {meter for position in path if (meter := config.zones[position].meter) is not None}
    for identity in touched:
        if site.meters[identity].miswired:
            judge_anew(site, site.meters[identity])


def _production(site: Site, meter: Meter, now: float) -> None:
    """What it shows as consumption counts as 0; for a minute it may be a night or a switch, then it is a mistake."""
    watch, name = meter.watch, meter.config.name
    worst = min(meter.currents_ma)
    if not meter.trusted or worst > -NEGATIVE_MA:
        watch.negative_since = None
        if meter.trusted:
            site.alarm(NEGATIVE, name, raised=False)
    elif watch.negative_since is None:
        watch.negative_since = now
    elif now - watch.negative_since >= NEGATIVE_S and (NEGATIVE, name) not in site.alarms:
        line = LINE_NAMES[meter.currents_ma.index(worst)]
        site.alarm(NEGATIVE, name, raised=True, line=line, current_a=worst / 1000)
        site.note(NEGATIVE, meter=meter.config.id, line=line, current_a=worst / 1000)
