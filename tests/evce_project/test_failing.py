"""S18: a process whose control fails for good ends with an error, so that it is started again."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.evce_project.running import ROOT, manage, surroundings

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("product")]

FAILING = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "evce_project.settings"
import django
django.setup()
from control import conductor, watching
from django.core.management import execute_from_command_line
watching.PATIENCE_S = 1.0
def turn(self, now):
    raise ZeroDivisionError
conductor.Conductor.turn = turn
execute_from_command_line(["manage.py", "runevce"])
"""
ALARMS = "from journal.models import Alarm, Entry; print([*Alarm.objects.values_list('code', 'params')])"


def test_a_product_that_cannot_control_ends_and_the_next_one_knows(tmp_path: Path) -> None:
    environment = surroundings(tmp_path)
    ended = subprocess.run(
        [sys.executable, "-c", FAILING],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 1
    assert "CommandError" in ended.stderr
    assert "Control failed again and again" in ended.stderr
    assert manage(environment, "shell", "-c", ALARMS).stdout.strip().endswith("[('control_failing', {'ended': 1})]")
