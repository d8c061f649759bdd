"""Every safety mutant meets its kept killer. `make mutants` hunts each afresh."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mutants.catalogue import MUTANTS, NOT_YET
from tests.mutants.mutant import DoesNotApply, Mutant, NotYet, Patch
from tests.mutants.page import page
from tests.mutants.workshop import ROOT, break_copy, copy_product, mend_copy, run_tests

pytestmark = pytest.mark.timeout(200)


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_product(tmp_path_factory.mktemp("mutants") / "evce")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_killed(mutant: Mutant, copy: Path, record_property: Callable[[str, object], None]) -> None:
    break_copy(copy, mutant)
    try:
        kill = run_tests(copy, [mutant.killer])
    finally:
        mend_copy(copy, mutant)
    assert kill is not None, f"{mutant.name!r} lives: {mutant.killer} passes with it, though it breaks {mutant.breaks}"
    record_property("killed", f"{mutant.name}: {kill.by} ({kill.seconds:.1f} s)")


@pytest.mark.parametrize("block", range(4))
def test_the_killers_pass_on_the_product_itself(block: int, copy: Path) -> None:
    killers = sorted({mutant.killer for mutant in MUTANTS})[block::4]
    assert run_tests(copy, killers) is None


@pytest.mark.parametrize("missing", NOT_YET, ids=lambda missing: missing.name)
def test_a_mutant_of_something_missing_still_has_nothing_to_break(missing: NotYet) -> None:
    there = [path for path in missing.appears if (ROOT / path).exists()]
    assert not there, f"{', '.join(there)} is there now: write the mutant {missing.name!r} and its killer"


def test_names_and_faults_are_told_apart() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len({mutant.patches for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("text", ["x = 2", "x = 1\nx = 1"])
def test_a_patch_that_does_not_fit_says_so(text: str) -> None:
    with pytest.raises(DoesNotApply, match=r"engine/x\.py holds"):
        Patch("engine/x.py", "x = 1", "x = 3").apply(text)


def test_the_list_in_the_docs_is_this_one() -> None:
    assert (ROOT / "docs" / "mutants.md").read_text() == page(), "write it: python -m tests.mutants.page"
