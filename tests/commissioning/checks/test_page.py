"""docs/configuration-checks.md names every code."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "configuration-checks.md").read_text()
SOURCES = "".join(path.read_text() for path in (ROOT / "commissioning" / "checks").glob("*.py"))


def test_every_code_has_its_row_and_every_row_its_code() -> None:
    given = set(re.findall(r"Finding\(\s*\"([a-z_]+)\"", SOURCES))
    rows = {
        code
        for line in PAGE.splitlines()
        if line.startswith("| `")
        for code in re.findall(r"`([a-z_]+)`", line.split("|")[1])
    }
    assert len(given) > 20
    assert given == rows
