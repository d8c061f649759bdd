"""Copies of the product, broken one at a time, and what its tests say of them."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tests.mutants.mutant import Mutant

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("*.py", "*.toml", "*.json", "*.html", "*.js", "*.css", "*.mo", "*.pyc")
UNRUN = ("test_reasons_page.py",)
"""Asks pages and scripts that are no part of the copy: it would notice every mutant, and none."""
LEFT_OUT = {".git", ".venv", "node_modules", "var", "build", "static", "docs", "bench"}
TEST_S = 10
"""What a kept killer may take, without the start of Python."""
LOST_S = 600
CRASHES = ("SyntaxError", "NameError", "UnboundLocalError", "ImportError", "ModuleNotFoundError", "AttributeError")
"""A mutant that ends like this is not a fault that somebody would ship: its patch is wrong."""

_FAILED = re.compile(r"^FAILED (.+?)(?: - (.*))?$", re.MULTILINE)


class BrokenMutant(Exception):
    """The tests did not run on the mutant at all, or it crashed instead of misbehaving. The message shows it."""


@dataclass(frozen=True, slots=True)
class Kill:
    """`by`: the test that noticed; `how`: the first line of what it said; `seed`: of the simulation, if that did."""

    by: str
    how: str
    seconds: float
    seed: int | None = None


def copy_product(target: Path) -> Path:
    """The sources with what Python has compiled of them; times are kept so that it is not compiled again."""

    def left_out(folder: str, names: list[str]) -> set[str]:
        kept = {n for n in names for pattern in NEEDED if Path(n).match(pattern) and n not in UNRUN}
        folders = {n for n in names if (Path(folder) / n).is_dir() and n not in LEFT_OUT and n[0] != "."}
        return set(names) - kept - folders

    shutil.copytree(ROOT, target, ignore=left_out)
    return target


def break_copy(copy: Path, mutant: Mutant) -> None:
    """Raises DoesNotApply."""
    for path, text in mutant.files(copy).items():
        file = copy / path
        compile(text, path, "exec")
        file.write_text(text)
        for stale in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
            stale.unlink()


def mend_copy(copy: Path, mutant: Mutant) -> None:
    for path in {patch.path for patch in mutant.patches}:
        shutil.copy2(ROOT / path, copy / path)
        for stale in (copy / path).parent.joinpath("__pycache__").glob(f"{Path(path).stem}.*.pyc"):
            stale.unlink()


def run_tests(copy: Path, tests: Sequence[str], *, seed: int = 0, test_s: float = TEST_S) -> Kill | None:
    """Run tests in a copy until the first fails; None where all pass. Raises BrokenMutant."""
    started = monotonic()
    options = ["-x", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider", f"--timeout={test_s:g}"]
    command = [sys.executable, "-B", "-m", "pytest", *options, f"--hypothesis-seed={seed}", *tests]
    try:
        done = subprocess.run(
            command, cwd=copy, env=surroundings(), capture_output=True, text=True, timeout=LOST_S, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise BrokenMutant(f"{tests}: no end after {LOST_S} s") from late
    if done.returncode == 0:
        return None
    failed = _FAILED.search(done.stdout)
    if done.returncode != 1 or failed is None:
        raise BrokenMutant(done.stdout[-3000:] + done.stderr[-2000:])
    how = failed[2] or ""
    if how.startswith(CRASHES):
        raise BrokenMutant(f"{failed[1]}: {how}")
    return Kill(failed[1], how, monotonic() - started)


def run_seeds(copy: Path, first: int, seconds: float) -> Kill | None:
    """Simulate seeds from `first` on until one overloads a cable, for so long at most. Raises BrokenMutant."""
    started = monotonic()
    command = [sys.executable, "-B", "-m", "tests.mutants.seeds", str(first), str(seconds)]
    done = subprocess.run(
        command, cwd=copy, env=surroundings(), capture_output=True, text=True, timeout=seconds + LOST_S, check=False
    )
    seed, _, how = done.stdout.strip().partition(": ")
    if done.returncode != 0:
        raise BrokenMutant(done.stdout[-1000:] + done.stderr[-3000:])
    return Kill(f"simulation of seed {seed}", how, monotonic() - started, int(seed)) if seed else None


def surroundings() -> dict[str, str]:
    """Nothing of the run around it: no coverage, no worker, and the whole line of a failure."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV", "EVCE_", "CI"))}
    return kept | {"COLUMNS": "400", "PYTHONPATH": ""}
