"""Size budgets of house-style.md. An exception that is no longer needed fails too."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = [
    *("accounts", "chargers", "commissioning", "common", "control", "dashboard", "engine", "evce_project", "gateway"),
    *("journal", "metering", "rfid", "simulator", "transactions", "zones"),
]
MOST_LINES = 500
USUAL_LINES = 300
MOST_LINES_OF_FUNCTION = 60
# Path -> why it may be longer than it should.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


def production_files() -> list[Path]:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return [path for path in files if "migrations" not in path.parts]


def lines_of(path: Path) -> int:
    return len(path.read_text().splitlines())


def functions_of(path: Path) -> dict[str, int]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return {
        f"{path.relative_to(ROOT)}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_no_file_is_longer_than_the_cap() -> None:
    long = {str(p.relative_to(ROOT)) for p in production_files() if lines_of(p) > MOST_LINES}
    assert long == set(LONG_FILES)


def test_nearly_all_files_are_short() -> None:
    sizes = sorted(lines for path in production_files() if (lines := lines_of(path)))
    assert sizes[int(len(sizes) * 0.95)] <= USUAL_LINES


def test_no_function_is_longer_than_the_cap() -> None:
    functions = [item for path in production_files() for item in functions_of(path).items()]
    long = {name for name, lines in functions if lines > MOST_LINES_OF_FUNCTION}
    assert long == set(LONG_FUNCTIONS)


@pytest.mark.parametrize("name", ["utils", "helpers", "manager", "base", "misc"])
def test_no_module_has_a_name_that_says_nothing(name: str) -> None:
    # Django looks for a backend's class in a module of this name.
    allowed = {ROOT / "common" / "sqlite" / "base.py"}
    found = {path for path in production_files() if path.stem == name or path.parent.name == name}
    assert found - allowed == set()
