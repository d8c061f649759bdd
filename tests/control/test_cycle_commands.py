"""`explain`, `export_cycles` and `replay_cycles` from a terminal."""

import json
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from chargers.models import Connector, Station
from control.models import Cycle
from control.store import save_cycles
from tests.control.cycles import AT, Kept
from tests.engine.builders import config, connector, zone

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.fixture
def kept() -> list[dict[str, object]]:
    """Two stations whose second car came later; the rows of the cycles, one second apart."""
    rows = []
    for n in (1, 2):
        station = Station.objects.create(box_identity=f"CP-0{n}", state=Station.State.INSTALLED)
        rows.append(Connector.objects.create(station=station, number=1))
    connectors = [connector(row.pk) for row in rows]
    cycles = Kept(config([zone(1, 30)], connectors)).plug(rows[0].pk).plug(rows[1].pk).cycles
    for second, cycle in enumerate(cycles):
        cycle["at"] = (AT + timedelta(seconds=second)).isoformat()
    save_cycles(cycles)
    for second, row in enumerate(Cycle.objects.order_by("id")):
        Cycle.objects.filter(pk=row.pk).update(at=AT + timedelta(seconds=second))
    return cycles


def test_explain_tells_of_the_last_cycle(kept: list[dict[str, object]]) -> None:
    said = run("explain", "CP-01/1")
    assert "Limited to 15 A" in said
    assert "CP-02/1" in said


def test_explain_goes_back_in_time(kept: list[dict[str, object]]) -> None:
    alone = max(i for i, cycle in enumerate(kept) if len(cycle["demands"]) == 1)  # type: ignore[arg-type]  # of JSON
    at = datetime.fromisoformat(str(kept[alone]["at"])) + timedelta(milliseconds=500)
    assert "CP-02/1" not in run("explain", "CP-01/1", "--at", at.isoformat())


def test_explain_speaks_french(kept: list[dict[str, object]]) -> None:
    assert "Limitée à 15 A" in run("explain", "CP-01/1", "--language", "fr")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("CP-09/1",), "No connector is called"),
        (("CP-01/1", "--at", "teatime"), "is no time"),
        (("CP-01/1", "--at", "25:99"), "is no time"),
        (("CP-01/1", "--at", "1999-01-01T00:00"), "None of the cycles"),
    ],
)
def test_explain_says_what_it_can_not_find(kept: list[dict[str, object]], words: tuple[str, ...], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        run("explain", *words)


def test_exported_cycles_replay_to_the_same_plan(kept: list[dict[str, object]], tmp_path: Path) -> None:
    file = tmp_path / "cycles.json"
    file.write_text(run("export_cycles"))
    assert run("replay_cycles", str(file)) == f"{len(kept)} cycles: same plan.\n"


def test_the_newest_can_be_exported_alone(kept: list[dict[str, object]]) -> None:
    cycles = json.loads(run("export_cycles", "--last", "1"))["cycles"]
    assert [cycle["at"] for cycle in cycles] == [kept[-1]["at"]]


def test_a_changed_plan_fails_and_names_the_connector(kept: list[dict[str, object]], tmp_path: Path) -> None:
    exported = json.loads(run("export_cycles", "--last", "1"))
    exported["cycles"][0]["grants"][0]["limit_ma"] += 100
    file = tmp_path / "cycles.json"
    file.write_text(json.dumps(exported))
    with pytest.raises(CommandError, match="1 of 1 cycle is planned differently"):
        run("replay_cycles", str(file))


@pytest.mark.parametrize("text", ["", "{}", '{"cycles": [{}]}', "no"])
def test_a_file_that_is_no_export_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "cycles.json"
    file.write_text(text)
    with pytest.raises(CommandError):
        run("replay_cycles", str(file))
