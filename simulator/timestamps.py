"""Wall-clock instants as OCPP writes them. Seconds since 1970 inside, ISO 8601 with `Z` on the wire."""

from datetime import UTC, datetime


def iso(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: object) -> float | None:
    """None for what is no instant. One without a zone is taken as UTC."""
    if not isinstance(text, str):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
