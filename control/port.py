"""How control reaches the stations. The gateway registers the implementation."""

from typing import Protocol

from engine.commands import Order, Write


class StationPort(Protocol):
    def write(self, write: Write) -> None:
        """Hand a write to the station's session; called on the event loop, never blocks.

        Its end comes back through `control.runtime.feed` as `engine.facts.WriteEnded`, exactly once.
        """
        ...

    def order(self, order: Order) -> None:
        """Ask a station for something else; called on the event loop, never blocks, tells nothing back."""
        ...
