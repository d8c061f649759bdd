"""The forms that one limit can be written in. They mean the same; stations differ in which of them they take."""

from dataclasses import dataclass

from chargers.abilities import Capabilities
from engine.commands import Target, Write

ABSOLUTE, RELATIVE = "Absolute", "Relative"
AMPERE, WATT = "A", "W"
UPPER_STACK = 1


@dataclass(frozen=True, slots=True)
class Form:
    kind: str = ABSOLUTE
    stack: int = UPPER_STACK
    unit: str = AMPERE

    @property
    def code(self) -> str:
        """As it is remembered: `Absolute/1/A`."""
        return f"{self.kind}/{self.stack}/{self.unit}"


def forms(write: Write, says: Capabilities) -> list[Form]:
    """Every form of a write, the likeliest first by what the station says of itself.

    A standing default has no clock to depend on, and level 0. What holds a connector down needs a level above it. A DC
    outlet is never told ampere: they would be those of the car's side.
    """
    standing = write.target is Target.DEFAULT
    kinds = [RELATIVE, ABSOLUTE] if standing else [ABSOLUTE, RELATIVE]
    if standing or (write.target is Target.LIMIT and says.max_stack == 0):
        stacks = [0]
    else:
        stacks = [UPPER_STACK, 0] if write.target is Target.LIMIT else [UPPER_STACK]
    units = [AMPERE, WATT] if says.amperes or not says.watts else [WATT, AMPERE]
    if write.dc:
        units = [WATT]
    return [Form(kind, stack, unit) for unit in units for stack in stacks for kind in kinds]
