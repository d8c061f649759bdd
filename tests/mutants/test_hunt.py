"""A hunt asks enough, and believes no kill that the product itself would have met with."""

from pathlib import Path

import pytest

from tests.mutants.catalogue import MUTANTS
from tests.mutants.hunt import confirm, suites
from tests.mutants.mutant import Mutant
from tests.mutants.workshop import BrokenMutant, Kill

SICK = """
import pytest

@pytest.mark.parametrize("case", ["one case", "other"])
def test_sick(case):
    assert case != "one case"

def test_sound():
    pass
"""


@pytest.fixture(autouse=True)
def _no_django(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)


@pytest.mark.parametrize("name", ["test_it.py::test_sick[one case]", "test_it.py"])
def test_what_fails_on_the_product_itself_has_killed_nobody(tmp_path: Path, name: str) -> None:
    (tmp_path / "test_it.py").write_text(SICK)
    with pytest.raises(BrokenMutant, match=r"test_sick\[one case\] fails on the product itself"):
        confirm(tmp_path, Kill(name, "", 0.1), seed=1)


def test_what_passes_on_the_product_itself_is_a_kill(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(SICK)
    confirm(tmp_path, Kill("test_it.py::test_sound", "", 0.1), seed=1)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_hunt_asks_the_kept_killer_at_the_latest(mutant: Mutant) -> None:
    asked = {path for paths in suites(mutant) for path in paths}
    file = mutant.killer.partition("::")[0]
    assert any(file == path or file.startswith(f"{path}/") for path in asked)
