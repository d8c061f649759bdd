"""`manage.py simulate`: what it says to files and addresses that it can't use."""

import json
import socket
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from simulator.fleet import Rhythm, any_car


def written(tmp_path: Path, **document: Any) -> Path:
    path = tmp_path / "site.json"
    path.write_text(json.dumps(document))
    return path


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="none"):
        call_command("simulate", tmp_path / "none.json")


def test_a_file_that_is_no_site_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, zones=[{"name": "Top"}])
    with pytest.raises(CommandError, match="no site"):
        call_command("simulate", path)


def test_a_number_of_cars_must_be_a_number(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--cars"):
        call_command("simulate", written(tmp_path), cars="many")


def test_a_meter_address_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        meter = {"name": "M", "model": "NSX", "host": "127.0.0.1", "port": taken.getsockname()[1], "unit": 1}
        path = written(tmp_path, meters=[meter], zones=[{"name": "Top", "max_current_a": 63, "meter": "M"}])
        with pytest.raises(CommandError, match="a meter can't be served"):
            call_command("simulate", path)


def test_most_outlets_are_taken_within_seconds_and_each_arrival_is_followed_by_a_departure() -> None:

    outlets = [(f"S{i}", 1) for i in range(10)]
    rhythm = Rhythm(outlets, Random(1), 100.0)
    first = rhythm.due(110.0)
    assert len(first) == 6
    assert all(visit.arrives for visit in first)
    later = [v for v in rhythm.due(5000.0) if v.station == first[0].station]
    assert [v.arrives for v in later[:2]] == [False, True]


def test_the_same_seed_brings_the_same_car() -> None:

    assert any_car(Random(4)) == any_car(Random(4))
