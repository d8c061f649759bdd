"""The cycles of the deterministic simulation, as the product would keep them."""

import json
import zlib
from collections.abc import Iterator

from control.conductor import Conductor, Turn
from control.history import Picture, picture
from control.selectors import unpack
from tests.control.cycles import AT
from tests.simulation.runner import prepare

MINUTES = 5.0


def recorded_cycles(seed: int) -> Iterator[Picture]:
    """Looks over the shoulder of the simulation: its conductor is the product's, and stays so."""
    kept: list[bytes] = []
    turn = Conductor.turn

    def watched(self: Conductor, now: float) -> Turn:
        done = turn(self, now)
        if done.changes:
            kept.append(zlib.compress(json.dumps(picture(self.site, done, AT)).encode()))
        return done

    Conductor.turn = watched  # type: ignore[method-assign]  # an onlooker, not a stand-in
    try:
        prepare(seed, MINUTES).run(MINUTES * 60)
    finally:
        Conductor.turn = turn  # type: ignore[method-assign]  # the onlooker leaves
    return map(unpack, kept)
