"""UI-4: French is complete."""

import shutil
import string
import subprocess
import sys
from pathlib import Path

import polib
import pytest

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
