"""UI-4: French is complete."""

import shutil
import string
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.contrib import admin
from django.utils import translation

from chargers.models import LearnedProfile
from tests.accounts import people

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
NOT_STRINGS = shutil.ignore_patterns(".*", "node_modules", "vendor", "var", "tests", "bench", "docs", "*.sqlite3*")


def sources(entry: polib.POEntry) -> list[str]:
    return [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]


def texts(entry: polib.POEntry) -> list[str]:
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


def placeholders(text: str, flags: list[str]) -> set[str]:
    if "python-brace-format" in flags:
        return {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name}
    return {part.split(")")[0] for part in text.split("%(")[1:]}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_every_string_has_a_translation_that_somebody_has_looked_at(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    assert len(catalogue) > 0
    assert [entry.msgid for entry in catalogue if not all(texts(entry)) or entry.fuzzy] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_translations_have_the_same_figures_in_them(path: Path) -> None:
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(path))
        for source, text in zip(sources(entry), texts(entry), strict=True)
        if placeholders(text, entry.flags) != placeholders(source, entry.flags)
    ]
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("count", "language", "words"),
    [
        (0, "en", "0 forms of limits by model"),
        (1, "en", "1 form of limits by model"),
        (0, "fr", "0 forme de limites par modèle"),
        (1, "fr", "1 forme de limites par modèle"),
        (2, "fr", "2 formes de limites par modèle"),
    ],
)
def test_lists_of_the_administration_are_counted_in_good_grammar(count: int, language: str, words: str) -> None:
    for number in range(count):
        LearnedProfile.objects.create(model=f"Wall {number}")
    user = people.admin()
    user.language = language
    user.save()
    page = people.logged_in(user).get("/admin/chargers/learnedprofile/").content.decode()
    assert words in " ".join(page.split())


def test_several_rows_are_not_called_as_one_and_begin_with_no_capital_in_french() -> None:
    with translation.override("fr"):
        named = [(str(m._meta.verbose_name), str(m._meta.verbose_name_plural)) for m in admin.site._registry]
    assert [one for one, several in named if one == several and one != "installation"] == []
    assert [several for _one, several in named if several[0].isupper() and several != several.upper()] == []


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed (apt-get install gettext)")
def test_the_catalogue_has_every_string_of_the_tree(tmp_path: Path) -> None:
    copy = tmp_path / "evce"
    shutil.copytree(ROOT, copy, ignore=NOT_STRINGS)
    done = subprocess.run(
        [sys.executable, str(copy / "scripts" / "messages"), "update"],
        cwd=copy,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "EVCE_DATA_DIR": str(tmp_path / "data")},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "", "run scripts/messages update and translate what it prints"
