"""What a car of the simulation would still take, by its own wish and by the rules that its session is under."""

from engine import standing
from engine.connector import Connector
from engine.standing import most_ma
from engine.state import Site
from engine.supply import COUNTED_PM
from engine.usage import Usage
from simulator.car import Car
from simulator.plant import Cable
from simulator.spec import OutletSpec

STEP_MA, NEAR_MA = 100, 200
OFFERED_S = 90.0
"""A wake-up offers the minimum for a minute, once there is room; then a report says whether the car took it."""
CAPPED_S = 45.0
"""A car that begins to want more than its cap shows it in a report, and is raised 15 s after its last raise."""
UNLIMITED_MA = 1_000_000


def missing_ma(site: Site, connector: Connector, cable: Cable, world_now: float) -> int:
    """The least that its car would use more; 0 where it has all that it wants."""
    outlet = cable.station.charging.outlets[cable.number]
    if outlet.transaction is None or outlet.car is None or connector.session is None or connector.session.blocked:
        return 0
    offered = _counted_ma(connector, outlet.spec, outlet.offered_ma)
    left = _leave_ma(connector.session.usage, outlet.car, world_now)
    wish = min(_counted_ma(connector, outlet.spec, outlet.car.wish_ma), most_ma(connector), left)
    kept = connector.config.default_only
    if wish <= offered + (standing.STEP_MA if kept else 0) + NEAR_MA:
        return 0
    minimum = site.config.minimum_of(connector.config, len(connector.lines))
    # What is kept in flash rises by an ampere at least, but for the rest of its share.
    step_ma = max(STEP_MA, min(standing.STEP_MA, connector.share_ma - offered)) if kept else STEP_MA
    shares, more_ma = site.balance.shares if site.balance and kept else [], step_ma if offered else minimum
    if any(shares[i] + more_ma > site.config.degraded_limit_ma[i] for i in connector.path if shares):
        # Its setpoint is a share as well, and those of others take all that there is (S5).
        return 0
    if kept and (connector.wear.available(world_now) < 1 or world_now - connector.raised_at < standing.SPACING_S):
        return 0
    return more_ma


def _leave_ma(usage: Usage, car: Car, now: float) -> int:
    """What ENE-13 and ENE-14 leave it for now: until the next wake-up, or until a report and a raise later."""
    if usage.wakes_at is not None:
        since = usage.wakes_at if usage.woken_at is None else usage.woken_at
        return 0 if now < since + OFFERED_S else UNLIMITED_MA
    if usage.cap_ma is None or now >= car.wants_since + CAPPED_S:
        return UNLIMITED_MA
    return usage.cap_ma


def _counted_ma(connector: Connector, outlet: OutletSpec, ma: int) -> int:
    """What a station offers for a limit in W, in the ampere that the limit is counted in."""
    supply = connector.config.supply
    if supply.dc:
        return ma * 1_000_000 // (COUNTED_PM * supply.efficiency_pm)
    return ma * outlet.sag_pm // COUNTED_PM if supply.watts else ma
