"""Migrations are named, complete, and one line per app."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for path in ROOT.glob("*/migrations/[0-9]*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_a_migration_has_a_name_of_its_own(path: Path) -> None:
    assert not re.search(r"_auto_|_alter_|_remove_.*_add_|_and_more$", path.stem)


@pytest.mark.django_db
def test_no_model_waits_for_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_two_migrations_of_an_app_share_a_number() -> None:
    numbers = [(path.parts[-3], path.name[:4]) for path in FILES]
    assert len(numbers) == len(set(numbers))
