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
        (("CP-09/1",), "No connector is called “CP-09/1”. There are: CP-0"),
        (("Gate",), "“Gate” can be any of these: CP-01/1, CP-02/1"),
        (("CP-01/2",), "No connector is called"),
        (("CP-01/1", "--at", "teatime"), "is no time"),
        (("CP-01/1", "--at", "25:99"), "is no time"),
        (("CP-01/1", "--at", "1999-01-01T00:00"), "The cycles that are kept begin at 2026"),
        (("CP-01/1", "--at", "2999-01-01T00:00"), "is in the future: it is"),
        (("CP-03/1",), "CP-03/1 had no session, and nothing was kept for it, from 2026"),
    ],
)
def test_explain_says_what_it_can_not_find(kept: list[dict[str, object]], words: tuple[str, ...], why: str) -> None:
    Station.objects.update(name="Gate")
    idle = Station.objects.create(box_identity="CP-03", state=Station.State.INSTALLED)
    Connector.objects.create(station=idle, number=1)
    with pytest.raises(CommandError, match=why):
        run("explain", *words)


def test_explain_says_where_nothing_is_kept_yet() -> None:
    station = Station.objects.create(box_identity="CP-01", state=Station.State.INSTALLED)
    Connector.objects.create(station=station, number=1)
    with pytest.raises(CommandError, match="No cycle is kept yet"):
        run("explain", "CP-01/1")


@pytest.mark.parametrize("name", ["CP-01/1", "cp-01/1", "CP-01", "Gate/1", "gate"])
def test_a_connector_has_the_names_that_people_use(kept: list[dict[str, object]], name: str) -> None:
    Station.objects.filter(box_identity="CP-01").update(name="Gate")
    assert "Limited to 15 A" in run("explain", name)


def test_explain_says_that_its_cycle_is_an_old_one(kept: list[dict[str, object]]) -> None:
    empty = {**kept[-1], "connectors": [], "others": [], "at": (AT + timedelta(minutes=5)).isoformat()}
    save_cycles([empty])
    said = run("explain", "CP-01/1")
    assert said.startswith("CP-01/1 had no session at ")
    assert "The last cycle in which it counted:" in said.splitlines()[0]


def test_explain_names_what_reduced_the_zones(kept: list[dict[str, object]]) -> None:
    zones = [{**z, "reductions": [["time of use: Peak", 500]], "ebms": ["BMS", 20_000]} for z in kept[-1]["zones"]]  # type: ignore[attr-defined]  # of JSON
    save_cycles([{**kept[-1], "zones": zones, "at": (AT + timedelta(minutes=5)).isoformat()}])
    said = run("explain", "CP-01/1", "--language", "fr")
    assert "réduite à 50 % (heures tarifaires : Peak)" in said
    assert "20 A au plus (BMS)" in said


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
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 1 cycle is planned differently"):
        call_command("replay_cycles", str(file), stdout=out)
    assert "by Zone 1 L1, now 15 A" in out.getvalue()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is no file of export_cycles"),
        ("no", "is no file of export_cycles"),
        ("[" * 100_000, "is no file of export_cycles: nested too deeply"),
        ("{}", "“format” must be"),
        ('{"cycles": []}', "“format” must be"),
        ('{"format": "evce-cycles-1", "cycles": [0]}', "a list of cycles is expected"),
        ('{"format": "evce-cycles-1", "cycles": [{}]}', "number 1.*: “zones” is missing"),
    ],
)
def test_a_file_that_is_no_export_is_refused(text: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / "cycles.json"
    file.write_text(text)
    with pytest.raises(CommandError, match=why):
        run("replay_cycles", str(file))


def test_a_cycle_that_can_not_be_replayed_is_named_with_its_file_and_its_place(
    kept: list[dict[str, object]], tmp_path: Path
) -> None:
    exported = json.loads(run("export_cycles"))
    del exported["cycles"][-1]["grants"][0]["limit_ma"]
    file = tmp_path / "cycles.json"
    file.write_text(json.dumps(exported))
    with pytest.raises(
        CommandError, match=rf"cycles.json .*\(number {len(kept)}\).*: “grants\[0\].limit_ma” is missing"
    ):
        run("replay_cycles", str(file))


@pytest.mark.parametrize(
    ("cycles", "said"), [("[{}]", "« zones » manque"), ("3", "une liste de cycles est attendue sous « cycles »")]
)
def test_replay_speaks_french(cycles: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "cycles.json"
    file.write_text(f'{{"format": "evce-cycles-1", "cycles": {cycles}}}')
    with pytest.raises(CommandError) as refused:
        run("replay_cycles", str(file), "--language", "fr")
    assert said in str(refused.value).replace("\xa0", " ")


def test_a_difference_is_told_in_french(kept: list[dict[str, object]], tmp_path: Path) -> None:
    exported = json.loads(run("export_cycles", "--last", "1"))
    exported["cycles"][0]["grants"][0]["limit_ma"] += 100
    exported["cycles"][0]["at"] = "\x1b[31m"
    file = tmp_path / "cycles.json"
    file.write_text(json.dumps(exported))
    out = StringIO()
    with pytest.raises(CommandError, match="1 cycle sur 1"):
        call_command("replay_cycles", str(file), "--language", "fr", stdout=out)
    assert "alors 15,1 A" in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_more_cycles_than_are_kept_can_be_asked_for(kept: list[dict[str, object]]) -> None:
    assert len(json.loads(run("export_cycles", "--last", "99999999999999999999"))["cycles"]) == len(kept)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"can't be read: No such file or directory$"):
        run("replay_cycles", str(tmp_path / "nowhere.json"))


@pytest.mark.parametrize("last", ["0", "-3"])
def test_no_cycles_or_fewer_can_not_be_exported(last: str) -> None:
    with pytest.raises(CommandError, match="must be 1 or more"):
        run("export_cycles", "--last", last)
