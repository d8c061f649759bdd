"""manage.py as somebody types it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from common.unmigrated import advice
from tests.evce_project.running import ROOT, manage, surroundings


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    """`manage.py ... | head`."""
    reading, writing = os.pipe()
    os.close(reading)
    words = [sys.executable, "manage.py", "check_site", "simulator/sites/demo.json"]
    around = surroundings(tmp_path)
    ended = subprocess.run(words, cwd=ROOT, env=around, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writing)
    assert ended.stderr == b""


@pytest.mark.parametrize(
    "words",
    [
        ["explain", "CP-01/1"],
        ["export_cycles"],
        ["load_site", "simulator/sites/demo.json"],
        ["check_site"],
        ["export_site"],
    ],
)
def test_a_database_that_was_never_set_up_is_told_of_with_what_to_do(words: list[str], tmp_path: Path) -> None:
    ended = manage(surroundings(tmp_path), *words)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"The database {tmp_path / 'evce.sqlite3'} is not set up for this version of EVCE: run “manage.py migrate”, "
        "or start EVCE once (“make run”).\n"
    )


def test_a_database_that_was_never_set_up_is_told_of_in_french(tmp_path: Path) -> None:
    ended = manage(surroundings(tmp_path), "explain", "CP-01/1", "--language", "fr")
    assert ended.stderr.startswith("La base de données ")
    assert "manage.py migrate" in ended.stderr


@pytest.mark.django_db
def test_a_fault_of_a_database_that_is_up_to_date_is_not_explained_away() -> None:
    assert advice(["manage.py", "explain"]) is None
