"""What the building draws behind a zone's meter (ENE-3): bounded by what its cars may and do draw."""

from engine.connector import Connector, Report, Span
from engine.ledger import FOLLOW_S
from engine.model import Production
from engine.state import Lines, Meter, Site, Zone
from engine.wiring import LINES

LAG_S = 2.0
"""How far a meter may trail what it measures."""
AGREE_MA = 500
"""Two reports that differ by less tell the same draw."""
WITH_S, PULSE_S = 1.0, 90.0
"""A reading that was taken with a report; and so long a car that draws less is expected to draw as much again, or one
that was given something to begin ..."""
STARTED_MA = 1_000
"""... with so much."""
FROZEN, WIRING = "frozen", "wiring"
FROZEN_S = 60.0
FROZEN_EV_MA = 2_000
GOOD_READS = 3
GUARD_READS = 3
GUARD_MA = 200
GUARD_MUCH_PM = 50
"""So far above its limit a line heats its breaker: then a first cut must do (S10)."""
NEVER = float("inf")
NOTHING = (0, 0, 0)
TICK_S = 1e-6
"""Instants that are added up differently are not told apart more finely."""


def window_s(site: Site) -> float:
    """How far back reports and entitlements can explain a reading: two report intervals and the lag."""
    return 2 * site.config.report_s + LAG_S


def span(connector: Connector, at: float, window: float) -> Span:
    """The least (lo) and the most (hi), by line, that the connector can be drawing in a reading taken at `at`.

    lo: its smallest report of the window, never above what it was told, or may have been told lower since then, as
    a car may have followed that already. hi: its largest entitlement within the meter's lag, or its reports where two
    agree since the last change of its entitlement. Neither ever exceeds the entitlement (S8).
    """
    until = NEVER
    hi = [0, 0, 0]
    for start, value, lines in reversed(connector.entitlements):
        for line in lines:
            if value > hi[line]:
                hi[line] = value
        if start <= at - LAG_S:
            break
        until = start + LAG_S
    recent: list[Report] = []
    for report in reversed(connector.reports):
        if report.at > at:
            until = min(until, report.at)
        elif report.at < at - window:
            break
        else:
            recent.append(report)
    if at < connector.limit.holds_until:
        until = min(until, connector.limit.holds_until)
    if not recent:
        return Span(at, until - TICK_S, NOTHING, hi)
    # One that refuses limits follows none: its reports alone tell what it draws.
    told = connector.entitled_ma if connector.unmanaged else connector.followed_ma(at, recent[-1].at - FOLLOW_S)
    lo = _least(recent, told + connector.over_ma, hi)
    if at <= recent[0].at + WITH_S:
        until = min(until, recent[0].at + WITH_S)
    _narrow(connector, at, recent, lo, hi)
    return Span(at, min(until, recent[-1].at + window) - TICK_S, lo, hi)


def _least(recent: list[Report], told: int, hi: Lines) -> Lines:
    x, y, z = (min(most, told) for most in hi)
    for report in recent:
        a, b, c = report.drawn_ma
        x, y, z = min(x, a), min(y, b), min(z, c)
    return [x, y, z]


def _peaks(connector: Connector, since: float, until: float) -> Lines:
    """The most that it said in between, by line."""
    x = y = z = 0
    for report in reversed(connector.reports):
        if report.at < since:
            break
        if report.at <= until:
            a, b, c = report.drawn_ma
            x, y, z = max(x, a), max(y, b), max(z, c)
    return [x, y, z]


def _narrow(connector: Connector, at: float, recent: list[Report], lo: Lines, hi: Lines) -> None:
    """`recent`: newest first. A report tells of a reading that was taken with it.

    Until the next one the car may draw again what it drew a moment ago: that is kept for it, so nothing is at risk if a
    reading that shows as much is taken for the car's (S1), and nobody is cut whenever a car goes on.
    """
    if len(recent) < 2:
        return
    last, before = recent[0], recent[1]
    if before.at < connector.settled_at:
        return
    with_it = at <= last.at + WITH_S
    if not with_it and at - connector.raised_at <= PULSE_S and last.total_ma < STARTED_MA:
        # It was given something and has not begun.
        return
    since = at if with_it else max(connector.settled_at, at - PULSE_S)
    peaks = _peaks(connector, since, at)
    for line in LINES:
        a, b = last.lines_ma[line], before.lines_ma[line]
        if a is not None and b is not None and abs(a - b) < AGREE_MA:
            hi[line] = max(min(max(a, b, peaks[line]), hi[line]), lo[line])


def production_ma(site: Site, now: float) -> list[Lines]:
    """By zone and line: what the trusted production meters at or below it deliver; a lost one counts as 0."""
    sums: list[Lines] = [[0, 0, 0] for _ in site.config.zones]
    for position, zone in enumerate(site.config.zones if site.config.production_meters else ()):
        if zone.production_meter is None:
            continue
        meter = site.meters[zone.production_meter]
        if not meter.trusted:
            continue
        for above in site.config.tree.paths[position]:
            for line in LINES:
                sums[above][line] += max(0, meter.currents_ma[line])
    return sums


def estimate(site: Site, now: float) -> None:
    """Fold fresh readings of the zones' meters into their building figures."""
    readings = {
        position: meter
        for position, config in enumerate(site.config.zones)
        if config.meter is not None
        and (meter := site.meters[config.meter]).fresh
        and meter.trusted
        and meter.read_at is not None
    }
    if not readings:
        return
    drawn = _drawn(site, {position: meter.read_at or 0.0 for position, meter in readings.items()})
    for position, meter in readings.items():
        _fold(site, position, meter, *drawn[position], now)


def _fold(site: Site, position: int, meter: Meter, low: Lines, high: Lines, now: float) -> None:
    zone, config = site.zones[position], site.config.zones[position]
    behind = [meter.currents_ma[line] + zone.production_ma[line] for line in LINES]
    if zone.building_ma is None:
        zone.building_ma = [max(0, behind[line] - low[line]) for line in LINES]
        return
    news = now - meter.raw_since <= meter.config.stale_s
    for line in LINES:
        least, most = behind[line] - high[line], behind[line] - low[line]
        building_ma = max(zone.building_ma[line], least)
        # Words that have stood still do not show the cars that have risen since: they may be frozen (S7).
        zone.building_ma[line] = max(0, min(building_ma, most)) if news else building_ma
        zone.gap_ma[line] = max(0, most - zone.building_ma[line])
    _guard(site, position, meter, site.config.effective_max_ma[position] - config.margin_ma, high, now)


def _drawn(site: Site, read_at: dict[int, float]) -> dict[int, tuple[Lines, Lines]]:
    """(low, high) by metered zone: the sums of what the connectors below it can be drawing in its reading."""
    window = window_s(site)
    first, last = min(read_at.values()), max(read_at.values())
    sums = [[0] * 6 for _ in site.zones]
    alone: dict[int, list[int]] = {position: [0] * 6 for position in read_at}
    for connector in site.connectors.values():
        if not connector.path:
            continue
        found = connector.span
        if found is None or not found.since <= first < found.until:
            found = connector.span = span(connector, first, window)
        if first == last or last < found.until:
            _add(sums[connector.path[0]], found)
            continue
        for position in connector.path:
            if position in read_at:
                _add(alone[position], span(connector, read_at[position], window))
    parents = site.config.tree.parents
    for position in range(len(sums) - 1, -1, -1):
        parent = parents[position]
        if parent is not None:
            above, row = sums[parent], sums[position]
            for i in range(6):
                above[i] += row[i]
    both = {position: [a + b for a, b in zip(sums[position], alone[position], strict=True)] for position in read_at}
    return {position: (row[:3], row[3:]) for position, row in both.items()}


def _add(row: list[int], found: Span) -> None:
    lo, hi = found.lo, found.hi
    row[0] += lo[0]
    row[1] += lo[1]
    row[2] += lo[2]
    row[3] += hi[0]
    row[4] += hi[1]
    row[5] += hi[2]


def _guard(site: Site, position: int, meter: Meter, limit_ma: int, cars_ma: Lines, now: float) -> None:
    """S9: a line that is read above the limit more than twice in a row sheds, whatever the estimate says.

    `cars_ma`: the most that its cars can be drawing. What they do not draw they can't shed; where the building alone is
    too much, to count it twice would only take from the zones above.
    """
    zone = site.zones[position]
    assert zone.building_ma is not None
    for line in LINES:
        over = meter.currents_ma[line] - limit_ma
        zone.over_reads[line] = zone.over_reads[line] + 1 if over > GUARD_MA else 0
        if zone.over_reads[line] >= GUARD_READS and now >= zone.guarded_until[line]:
            building_ma = zone.building_ma[line] + min(over, cars_ma[line])
            if over * 1000 > limit_ma * GUARD_MUCH_PM:
                reported_ma = _reported_ma(site, position, line, now)
                building_ma = max(building_ma, meter.currents_ma[line] + zone.production_ma[line] - reported_ma)
            zone.building_ma[line] = building_ma
            zone.guarded_until[line] = now + site.config.settle_s + LAG_S


def _reported_ma(site: Site, position: int, line: int, now: float) -> int:
    """What its cars say that they draw (S8: at most what they may); who has said nothing lately counts for that.

    They may draw less than they were told, so a cut by what is too much would be too small a cut.
    """
    total, since = 0, now - window_s(site) / 2
    for connector in site.connectors.values():
        if position not in connector.path or line not in connector.lines:
            continue
        report = connector.reports[-1] if connector.reports and connector.reports[-1].at >= since else None
        said_ma = report.lines_ma[line] if report is not None else None
        total += connector.entitled_ma if said_ma is None else min(said_ma, connector.entitled_ma)
    return total


def trust(site: Site, meter: Meter, ev_ma: int, silent: int, now: float) -> None:
    """S7: three good readings make a meter trusted; silence, nonsense, frozen values or a wrong wiring end that.

    `ev_ma`: what its cars say that they draw; `silent` differs when others of them say nothing.
    """
    if meter.miswired:
        distrust(site, meter, WIRING)
    if meter.trusted and not meter.answers(now):
        _lose(site, meter, "silent")
    elif now - meter.raw_since <= window_s(site) or silent != meter.silent_then:
        # Reports trail the meter: what they say until now belongs to the value that stands. And what a station says
        # when it is back is no change of what its car draws.
        meter.ev_ma_then, meter.silent_then, meter.apart_since = ev_ma, silent, NEVER
    elif meter.trusted and _stands_still(meter, ev_ma, now):
        _lose(site, meter, FROZEN)
    if meter.trusted:
        return
    if meter.good_in_a_row >= GOOD_READS and meter.answers(now):
        meter.trusted, meter.reason = True, ""
        site.note("meter_restored", meter=meter.config.id)
        site.alarm("meter_lost", meter.config.name, raised=False)


def _stands_still(meter: Meter, ev_ma: int, now: float) -> bool:
    """Its value has not changed for long, though the cars have; also not after the time that it may trail them."""
    if abs(ev_ma - meter.ev_ma_then) < FROZEN_EV_MA:
        meter.apart_since = NEVER
        return False
    meter.apart_since = min(meter.apart_since, now)
    return now - meter.raw_since >= FROZEN_S and now - meter.apart_since >= meter.config.stale_s + LAG_S


def _lose(site: Site, meter: Meter, reason: str) -> None:
    meter.trusted, meter.good_in_a_row, meter.reason = False, 0, reason
    site.note("meter_lost", meter=meter.config.id, reason=reason)
    site.alarm("meter_lost", meter.config.name, raised=True, reason=reason)


def distrust(site: Site, meter: Meter, reason: str) -> None:
    """A reading that can't be true: lost at once."""
    meter.good_in_a_row = 0
    if meter.trusted:
        _lose(site, meter, reason)


def measured_ma(connector: Connector) -> Lines:
    """The newest report by line, 0 where it says nothing."""
    reports = connector.reports
    return [value or 0 for value in reports[-1].lines_ma] if reports else [0, 0, 0]


def unmanaged_ma(site: Site) -> None:
    """By zone and line: its own building where it has a meter, else those metered below it (ENE-4).

    While a meter is lost its zone's building is taken at the largest that its degraded setpoint stands for.
    """
    zones, tree = site.zones, site.config.tree
    for zone in zones:
        zone.unmanaged_ma = [0, 0, 0]
    for position in range(len(zones) - 1, -1, -1):
        zone, config = zones[position], site.config.zones[position]
        if (expected_ma := config.expected_building_ma) is not None:
            _own_building(zone, expected_ma)
        parent = tree.parents[position]
        if parent is not None and site.config.zones[parent].meter is None:
            above, (a, b, c) = zones[parent].unmanaged_ma, zone.unmanaged_ma
            above[0] += a
            above[1] += b
            above[2] += c


def _own_building(zone: Zone, expected_ma: int) -> None:
    known = zone.building_ma or [0, 0, 0]
    zone.unmanaged_ma = [max(ma, expected_ma) for ma in known] if zone.degraded else list(known)


def credited_ma(site: Site, zone: Zone) -> Lines:
    """The production that ENE-2 may count (ENE-5)."""
    return [0, 0, 0] if site.config.production is Production.GRID else zone.production_ma
