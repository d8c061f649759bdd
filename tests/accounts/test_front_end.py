"""What the pages load: every icon that a template names is in the sprite, nothing comes from elsewhere."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def test_every_icon_of_a_template_is_in_the_sprite() -> None:
    known = set((ROOT / "scripts" / "icons.txt").read_text().split())
    used = {name for path in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', path.read_text())}
    assert used
    assert used - known == set()


def test_no_template_loads_a_file_from_another_host() -> None:
    foreign = [path.name for path in TEMPLATES if re.search(r'(src|href)="(https?:)?//', path.read_text())]
    assert foreign == []
