"""`step`: the whole decision. It looks at the state, and says which writes may go out now."""

from dataclasses import dataclass, field

from engine import clocks
from engine.balance import weigh
from engine.building import window_s
from engine.capacity import follow_meters, measure
from engine.commands import Alarm, Entry, Order, Write
from engine.connector import Connector
from engine.dispatch import writes
from engine.ledger import record
from engine.obedience import orders
from engine.planning import check_enforceable, plan, share_out
from engine.ranking import review
from engine.state import Site
from engine.wiring_watch import watch_wiring

REVIEW_GRACE_S = 5.0
"""The scheduler drives the reviews; where it does not, the cycle does after so long."""
IDLE_S = 1.0


@dataclass(slots=True)
class Step:
    """What a step asks for. `planned`: something that a plan depends on had changed. `stirred`: only these connectors
    can count for something else, or have been told or asked something else, than the last step left."""

    writes: list[Write] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    entries: list[Entry | Alarm] = field(default_factory=list)
    wake_at: float = 0.0
    planned: bool = False
    stirred: list[Connector] = field(default_factory=list)


def step(site: Site, now: float) -> Step:
    """Estimate the building, rank, plan, and hand out the writes that are safe at this moment.

    Level-triggered: run it again whenever something changed, at `wake_at`, or each second.
    """
    site.cycles += 1
    follow_meters(site, now)
    watch_wiring(site, now)
    measure(site, now)
    if site.reviewed_at and now - site.reviewed_at >= site.config.review_s + REVIEW_GRACE_S:
        review(site, now)
    share_out(site)
    balance, stirred = weigh(site, now)
    planned = plan(site, now)
    check_enforceable(site, now)
    out = writes(site, balance, now)
    asked = orders(site, now) + clocks.orders(site, now)
    told = {write.connector for write in out} | {order.connector for order in asked}
    stirred += [site.connectors[i] for i in told.difference(c.config.id for c in stirred)]
    for zone, sums in zip(site.zones, balance.entitled, strict=True):
        zone.entitled_ma = sums
    keep = window_s(site) + IDLE_S
    for connector in stirred:
        record(connector, connector.entitled_ma, now, keep)
    entries, site.entries = site.entries, []
    return Step(out, asked, entries, min(now + IDLE_S, balance.wake_at), planned, stirred)
