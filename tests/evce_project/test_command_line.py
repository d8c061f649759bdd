"""manage.py as somebody types it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.evce_project.running import ROOT, surroundings


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    """`manage.py ... | head`."""
    reading, writing = os.pipe()
    os.close(reading)
    words = [sys.executable, "manage.py", "check_site", "simulator/sites/demo.json"]
    around = surroundings(tmp_path)
    ended = subprocess.run(words, cwd=ROOT, env=around, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writing)
    assert ended.stderr == b""
