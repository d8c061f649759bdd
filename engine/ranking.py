"""Who is suspended last: the ranks of shedding (ENE-11)."""

from engine.model import Shedding
from engine.state import Session, Site


def review(site: Site, now: float) -> None:
    """Take the figures by which sessions rank until the next review."""
    site.reviewed_at = now
    site.revision += 1
    for connector in site.connectors.values():
        session = connector.session
        if session is not None:
            by_energy = site.config.shedding is Shedding.ENERGY
            session.rank = float(session.energy_wh) if by_energy else session.charging_time(now)


def rank_key(session: Session) -> tuple[int, float, int]:
    """Sessions newer than the last review first, by arrival; then who received the least at that review."""
    if session.rank is None:
        return (0, 0.0, session.arrival)
    return (1, session.rank, session.arrival)
