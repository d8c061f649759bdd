"""What is held against a connector, as JSON in its setpoint's row: only what differs from nothing."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from engine.facts import Conduct

_NOTHING = asdict(Conduct())


def to_row(conduct: Conduct) -> dict[str, Any]:
    return {name: value for name, value in asdict(conduct).items() if value != _NOTHING[name]}


def from_row(row: Mapping[str, Any]) -> Conduct:
    """What another version wrote and this one does not know is left out."""
    known: dict[str, Any] = {name: value for name, value in row.items() if type(value) is type(_NOTHING.get(name))}
    return Conduct(**known)
