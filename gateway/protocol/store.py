"""What a session has kept before it answers. Two implementations: rows (`gateway.rows`) and dictionaries (`memory`)."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol

Done = Callable[[Any, Exception | None], None]
"""Called once, with a result or with an error; after the commit that made the payload durable."""


class Kind(StrEnum):
    """payload -> result"""

    BOOT = "boot"
    """BootReport -> StationRecord as it was before."""
    PRESENCE = "presence"
    """Presence -> None."""
    STATUS = "status"
    """StatusReport -> StatusResult."""
    AUTHORIZE = "authorize"
    """AuthorizeRequest -> Decision."""
    START = "start"
    """StartRequest -> StartResult."""
    STOP = "stop"
    """StopRequest -> StopResult."""
    SAMPLES = "samples"
    """tuple[SampleRecord, ...] of one message -> tuple[SampleResult, ...]."""
    IDLE = "idle"
    """IdleReport -> Sequence[Closed]."""
    QUIRK = "quirk"
    """Quirk -> None."""
    CONFIGURATION = "configuration"
    """ConfigurationReport -> None."""

    LEARNED = "learned"
    """LearnedReport -> None."""


class Store(Protocol):
    def put(self, kind: Kind, payload: Any, done: Done) -> None:
        """Keep a payload; never blocks. Payloads of one station are kept in the order they were put."""
        ...
