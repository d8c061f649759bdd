"""Raw frames on their way to the ring: written once a second, never more of a station than its ring holds."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence

from common import clock
from common.writer import writer
from journal.records import FrameRecord
from journal.services import record_frames

FLUSH_S = 1.0
MOST_WAITING = 500


def _record_rings(rings: Sequence[Iterable[FrameRecord]]) -> list[None]:
    """Batch handler."""
    record_frames([frame for ring in rings for frame in ring])
    return [None] * len(rings)


class FrameBuffer:
    """Used on the event loop only."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[FrameRecord]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, box_identity: str, text: str, *, outgoing: bool) -> None:
        ring = self._waiting.get(box_identity)
        if ring is None:
            ring = self._waiting[box_identity] = deque(maxlen=MOST_WAITING)
        ring.append(FrameRecord(box_identity, clock.now(), outgoing, text))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_S, self.flush)

    def flush(self) -> None:
        waiting, self._waiting, self._timer = self._waiting, {}, None
        for ring in waiting.values():
            writer.submit(_record_rings, ring)


frames = FrameBuffer()
