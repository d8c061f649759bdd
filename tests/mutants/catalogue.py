"""Every safety mutant. `docs/mutants.md` is drawn from this list (see `page`)."""

from tests.mutants.calm_mutants import CALM
from tests.mutants.conduct_mutants import CONDUCT
from tests.mutants.edit_mutants import EDITS
from tests.mutants.engine_mutants import ENGINE
from tests.mutants.found_mutants import FOUND
from tests.mutants.ladder_mutants import STANDING
from tests.mutants.meter_mutants import METERS
from tests.mutants.mutant import Mutant, NotYet
from tests.mutants.shell_mutants import SHELL

MUTANTS: tuple[Mutant, ...] = (*ENGINE, *EDITS, *METERS, *CONDUCT, *STANDING, *FOUND, *CALM, *SHELL)

NOT_YET = (
    NotYet(
        "upstream profile passed through",
        "P5, S17, F32: a CSMS's 32 A reaches a station whose share is 6 A",
        "EVCE has no supervision yet, so nothing comes from upstream.",
        ("supervision",),
    ),
)
