"""Energy of a session from a station's register, whatever the register does (T6, rollover, per-session counters)."""

MAX_SESSION_WH = 1_000_000
"""No car takes a megawatt-hour: a difference above it is a register that jumped."""

_LIMIT_WH = 2**62


def bounded_wh(value: int) -> int:
    """A hostile number must not keep a record from being stored."""
    return max(-_LIMIT_WH, min(value, _LIMIT_WH))


def session_wh(*, start_wh: int, register_wh: int, so_far_wh: int) -> int:
    """Never falls, never jumps. A register below the start counts from the session's beginning."""
    taken = register_wh - start_wh if register_wh >= start_wh else register_wh
    return taken if so_far_wh < taken <= MAX_SESSION_WH else so_far_wh


def stopped_wh(*, start_wh: int, stop_wh: int, so_far_wh: int) -> tuple[int, str]:
    """Energy of the finished session, and what is suspect about it (empty: nothing)."""
    taken = stop_wh - start_wh
    if taken < 0:
        return so_far_wh, "meter stop below meter start"
    if taken > MAX_SESSION_WH:
        return so_far_wh, "meter jumped"
    return taken, ""
