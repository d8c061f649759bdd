"""Rules that a search over the sources can check."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = [
    *("accounts", "chargers", "commissioning", "common", "control", "dashboard", "engine", "evce_project", "gateway"),
    *("journal", "metering", "rfid", "simulator", "transactions", "zones"),
]
CLOCKS = re.compile(
    r"\btime\.(time|monotonic|perf_counter)(_ns)?\(|datetime\.(now|utcnow|today)\(|date\.today\(|timezone\.now\("
)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.IGNORECASE)
INLINE_HANDLER = re.compile(r"<[^>]+\son[a-z]+\s*=|javascript:|\sstyle\s*=", re.IGNORECASE)
ELSEWHERE = re.compile(r"(src|href)=\"(https?:)?//", re.IGNORECASE)


def python_files() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def templates() -> list[Path]:
    return [path for folder in ("templates", *PACKAGES) for path in (ROOT / folder).rglob("*.html")]


def found(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    return [f"{path.relative_to(ROOT)}: {hit[0]}" for path in files if (hit := pattern.search(path.read_text()))]


def test_only_one_module_reads_the_clocks_of_the_machine() -> None:
    files = [path for path in python_files() if path != ROOT / "common" / "clock.py"]
    assert found(CLOCKS, files) == []


def test_templates_hold_no_inline_script() -> None:
    assert found(INLINE_SCRIPT, templates()) == []


def test_templates_hold_no_inline_handler_or_style() -> None:
    assert found(INLINE_HANDLER, templates()) == []


def test_pages_load_nothing_from_elsewhere() -> None:
    assert found(ELSEWHERE, templates()) == []


def test_scripts_never_write_markup() -> None:
    scripts = [path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts]
    assert found(re.compile(r"innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\("), scripts) == []


def test_nothing_is_left_to_do_later() -> None:
    assert found(re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b"), python_files()) == []


def test_what_a_checker_is_told_to_overlook_has_a_reason() -> None:
    files = [path for folder in (*PACKAGES, "bench", "tests") for path in (ROOT / folder).rglob("*.py")]
    assert found(re.compile(r"# (type: ignore(\[[^]]*\])?|noqa(: [A-Z0-9, ]+)?) *$", re.MULTILINE), files) == []


def test_signals_are_not_a_control_flow() -> None:
    pattern = re.compile(r"post_save|pre_save|post_delete|pre_delete|m2m_changed")
    assert found(pattern, python_files()) == []
