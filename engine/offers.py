"""What a station says that it offers its car, against what it was told (F6).

Stations write 0, their rating or something else there. So a figure above the limit *counts* at once, for the peers'
sake, but *accuses* nobody by itself until this station's figures were seen to follow two different limits. They say
nothing any more once its cars were seen to follow two limits that they did not show, and nothing in a session that has
kept to its limit for three reports all the same (`engine.obedience`).
"""

from enum import Enum, auto

from engine.connector import Connector
from engine.state import Station

TOLERANCE_PM, TOLERANCE_MA = 1_100, 500
NEAR_MA = 1_500
"""A car that draws so little less than its limit is held by it."""
APART_MA = 2_000
"""Two limits that differ by less prove nothing: a constant may lie near both."""


class Offer(Enum):
    SILENT = auto()
    """No figure, 0, within the limit, or known to be nonsense."""
    DOUBTED = auto()
    """Above the limit, from a station whose figures were never seen to follow."""
    BELIEVED = auto()


def bearable_ma(allowed_ma: int) -> int:
    """What nobody is blamed for: 10 % and 0.5 A above."""
    return allowed_ma * TOLERANCE_PM // 1000 + TOLERANCE_MA


def weigh(station: Station, connector: Connector, allowed_ma: int, drawn_ma: int | None, offered_ma: int) -> Offer:
    """Fold a settled figure into what is known of the station's figures. `drawn_ma` None: it did not say."""
    above = offered_ma > bearable_ma(allowed_ma)
    exact_ma = _exact_ma(connector)
    if exact_ma is not None and offered_ma and not above:
        if exact_ma - TOLERANCE_MA <= offered_ma and exact_ma < connector.config.rating_ma:
            station.offers_follow = station.offers_follow or _apart(station.offer_followed_ma, exact_ma)
            station.offer_followed_ma = exact_ma
    elif exact_ma is not None and above and drawn_ma is not None and _held_at(exact_ma, drawn_ma):
        station.offers_nonsense = station.offers_nonsense or _apart(station.car_followed_ma, exact_ma)
        station.car_followed_ma = exact_ma
    if not above or not offered_ma or station.offers_nonsense:
        return Offer.SILENT
    possible = offered_ma <= bearable_ma(connector.config.rating_ma)
    return Offer.BELIEVED if station.offers_follow and possible else Offer.DOUBTED


def _exact_ma(connector: Connector) -> int | None:
    """The one limit that can be in force; None while there may be another."""
    limit = connector.limit
    return limit.acked_ma if not limit.doubts and not connector.windows else None


def _held_at(limit_ma: int, drawn_ma: int) -> bool:
    return limit_ma - NEAR_MA <= drawn_ma <= bearable_ma(limit_ma)


def _apart(before_ma: int | None, now_ma: int) -> bool:
    return before_ma is not None and abs(before_ma - now_ma) >= APART_MA
