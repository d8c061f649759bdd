"""Who is suspended last: the ranks of shedding (ENE-11)."""

from engine.connector import Connector, Session
from engine.model import Shedding
from engine.state import Site

VOLTS = 230
ALIKE = 0.5
"""Sessions whose figures differ by less than so much of a turn at the minimum have received the same."""


def review(site: Site, now: float) -> None:
    """Take the figures by which sessions rank until the next review.

    Turns are never quite equal: a car begins late, a report is old. Those who received the same rank by who has waited
    longest, or two of them could change places and one of them wait for two rounds (L3).
    """
    site.reviewed_at = now
    site.revision += 1
    found = []
    for connector in site.connectors.values():
        session = connector.session
        if session is not None:
            if connector.standing_ma(now):
                session.served_at = now
            by_energy = site.config.shedding is Shedding.ENERGY
            figure = float(session.energy_wh) if by_energy else session.charging_time(now)
            found.append((figure, _alike(site, connector), session))
    found.sort(key=lambda entry: entry[0])
    least = reach = -1.0
    for figure, alike, session in found:
        if figure > least + reach:
            least, reach = figure, alike
        session.rank = least


def _alike(site: Site, connector: Connector) -> float:
    """In Wh or s."""
    turn_s = site.config.review_s * ALIKE
    if site.config.shedding is Shedding.DURATION:
        return turn_s
    lines = len(connector.lines)
    return site.config.minimum_of(connector.config, lines) / 1000 * VOLTS * lines * turn_s / 3600


def rank_key(session: Session) -> tuple[int, float, float, int]:
    """Sessions newer than the last review first, by arrival; then who received the least at that review; of those who
    received the same, who was not served for longest."""
    if session.rank is None:
        return (0, 0.0, 0.0, session.arrival)
    return (1, session.rank, session.served_at, session.arrival)
