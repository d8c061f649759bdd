"""The capacity that is planned with: a fall counts at once, a rise when it has lasted (L1)."""

from collections import deque

from engine.state import Patience, Rise, Site, Zone
from engine.wiring import LINES

SURE_S = 1.0
"""A capacity that grew is used when it was there for a whole window of the building estimate and so much more:
until then a car that pauses looks like a building that fell ..."""
MOST_S = 240.0
"""... twice as long after each rise that had to be taken back within this time, up to this time ..."""
FORGIVE_S = 900.0
"""... and half as long again after each quiet quarter of an hour: a lift is not followed into every trough."""
NOISE_MA, NOISE_S, DEAD_BAND_MA = 3_000, 60.0, 1_000
"""A building that trembles by 1 A can look like a gain of up to so much. Unless the capacity stands still, only that is
used of such a gain which was there for this long, less the dead band, or ..."""
WINDOW_S, ROUND_S = 600.0, 630.0
"""... for this long; no sooner than that after a cut, and in every zone in the same moment, once in a round: a car may
be below several, and is to be told once in ten minutes (L1)."""
CALM_MA, STILL_S = 200, 120.0
STEP_MA = 100
"""Less makes no setpoint larger but by rounding."""


def smooth(zone: Zone, least_s: float, now: float) -> None:
    """Lead `held_ma` after `capacity_ma`: down at once, and a little more than needed, so that the next ripple
    changes nothing; up to the least that was there for the whole wait, `least_s` or more."""
    if zone.held_ma is None:
        zone.held_ma = list(zone.capacity_ma)
        zone.rises = [None] * len(LINES)
        return
    if zone.capacity_ma == zone.held_ma:
        zone.rises = [None] * len(LINES)
        return
    for line in LINES:
        capacity, held = zone.capacity_ma[line], zone.held_ma[line]
        if capacity > held:
            _rise(zone, zone.held_ma, line, least_s, now)
            continue
        zone.rises[line] = None
        if capacity < held:
            zone.held_ma[line] = max(0, capacity - DEAD_BAND_MA)
            zone.patience[line].cut_at = now
            _regret(zone.patience[line], least_s, now)


def _regret(patience: Patience, least_s: float, now: float) -> None:
    """A rise that does not last was not worth it."""
    if now - patience.raised_at < MOST_S:
        patience.factor = min(2 * patience.factor, MOST_S / least_s)
        patience.raised_at, patience.changed_at = -1e9, now


def begin_anew(site: Site, position: int) -> None:
    """A fault at or below a zone is over: what that gives back did not come and go by itself."""
    for above in site.config.tree.paths[position]:
        site.zones[above].patience = [Patience() for _ in LINES]


def wait_s(patience: Patience, least_s: float, now: float) -> float:
    """How long a capacity must have been there now."""
    while patience.factor > 1 and now - patience.changed_at >= FORGIVE_S:
        patience.factor = max(1.0, patience.factor / 2)
        patience.changed_at += FORGIVE_S
    return least_s * patience.factor


def _rise(zone: Zone, held: list[int], line: int, least_s: float, now: float) -> None:
    capacity, rise, patience = zone.capacity_ma[line], zone.rises[line], zone.patience[line]
    if rise is None:
        rise = zone.rises[line] = Rise(now, capacity, deque(), capacity, now, (capacity, capacity), now)
    waits_s = wait_s(patience, least_s, now)
    _follow(rise, capacity, now, max(waits_s, NOISE_S))
    rounds, rise.seen_at = now // ROUND_S > rise.seen_at // ROUND_S, now
    if now - rise.began_at < waits_s:
        return
    used_ma = _least_ma(rise, now - waits_s)
    if used_ma - held[line] <= NOISE_MA:
        if now - rise.still_since >= waits_s:
            used_ma -= rise.still_range_ma[1] - rise.still_range_ma[0] + _by_chance_ma(rise, now)
        else:
            worth_it = rise.lowest_ma - held[line] > DEAD_BAND_MA + CALM_MA
            used_ma = _sure_ma(rise, patience, waits_s, now) if rounds and worth_it else 0
    if used_ma - held[line] >= STEP_MA:
        held[line], zone.rises[line], patience.raised_at = used_ma, None, now


def _by_chance_ma(rise: Rise, now: float) -> int:
    """What of a capacity that stands still may be gone again: it trembled for long, and has not been still for long."""
    trembled_s, still_s = rise.still_since - rise.began_at, now - rise.still_since
    return DEAD_BAND_MA if trembled_s >= NOISE_S and still_s < STILL_S else 0


def _sure_ma(rise: Rise, patience: Patience, waits_s: float, now: float) -> int:
    """What of a trembling capacity may be used."""
    age_s = now - rise.began_at
    if age_s < NOISE_S or now - patience.cut_at < WINDOW_S:
        return 0
    long_ma = rise.lowest_ma - CALM_MA if age_s >= WINDOW_S * patience.factor else 0
    return max(_least_ma(rise, now - max(waits_s, NOISE_S)) - DEAD_BAND_MA, long_ma)


def _follow(rise: Rise, capacity: int, now: float, keep_s: float) -> None:
    rise.lowest_ma = min(rise.lowest_ma, capacity)
    if abs(capacity - rise.still_ma) >= CALM_MA:
        rise.still_ma, rise.still_since, rise.still_range_ma = capacity, now, (capacity, capacity)
    lowest_ma, highest_ma = rise.still_range_ma
    rise.still_range_ma = min(lowest_ma, capacity), max(highest_ma, capacity)
    lows = rise.lows
    while lows and lows[-1][1] >= capacity:
        lows.pop()
    lows.append((now, capacity))
    while lows[0][0] < now - keep_s:
        lows.popleft()


def _least_ma(rise: Rise, since: float) -> int:
    """The lowest capacity that was seen since then."""
    return next(ma for at, ma in rise.lows if at >= since)
