"""What a station can be told, from its keys and its refusals, on rows."""

from datetime import UTC, datetime

import pytest

from chargers import services
from chargers.abilities import Abilities, Capabilities, Learned, decide, dump, load, read
from chargers.learning import forget_learned, told
from chargers.models import LearnedProfile, Station
from chargers.records import BootReport, ConfigurationReport, LearnedReport
from control.loading import load_config, load_version
from journal.models import Entry
from tests.chargers import builders as site
from zones.selectors import site as installation

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
UNITS = "ChargingScheduleAllowedChargingRateUnit"
ROOM = "MaxChargingProfilesInstalled"


@pytest.mark.parametrize(
    ("said", "amperes", "watts"),
    [
        ("Current", True, False),
        ("A", True, False),
        ("Power", False, True),
        ("W", False, True),
        ("Current,Power", True, True),
        ("current;power", True, True),
        ("W, A", True, True),
        ("Potatoes", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_units_are_read_in_every_spelling(said: str | None, amperes: bool | None, watts: bool | None) -> None:
    found = read({UNITS: said})
    assert (found.amperes, found.watts) == (amperes, watts)


def test_numbers_that_are_none_say_nothing() -> None:
    assert (
        read({"ChargeProfileMaxStackLevel": "many", ROOM: "-1", "ChargingScheduleMaxPeriods": None}) == Capabilities()
    )
    assert read({"ChargeProfileMaxStackLevel": " 8 "}).max_stack == 8


@pytest.mark.parametrize(
    ("keys", "learned", "expected"),
    [
        ({}, Learned(), Abilities()),
        ({"ChargeProfileMaxStackLevel": "0"}, Learned(), Abilities(can_hold=False)),
        ({ROOM: "4"}, Learned(), Abilities(can_hold=False)),
        ({ROOM: "6"}, Learned(), Abilities()),
        ({ROOM: "3"}, Learned(), Abilities(can_hold=False, default_only=True)),
        ({UNITS: "Power"}, Learned(), Abilities(watts=True)),
        ({UNITS: "Power"}, Learned(forms={"limit": "Absolute/1/A"}), Abilities()),
        ({UNITS: "Current"}, Learned(forms={"limit": "Relative/0/W"}), Abilities(watts=True)),
        ({}, Learned(default_only=True), Abilities(default_only=True)),
    ],
)
def test_keys_are_the_first_guess_and_what_was_learned_goes_before(
    keys: dict[str, str], learned: Learned, expected: Abilities
) -> None:
    """Two connectors."""
    assert decide(keys, learned, 2) == expected


@pytest.mark.parametrize("stored", [{}, None, [], {"forms": 3}, {"default_only": "yes"}])
def test_rows_that_make_no_sense_teach_nothing(stored: object) -> None:
    assert load(stored) == Learned()


def test_what_was_learned_survives_its_row() -> None:
    learned = Learned({"limit": "Relative/0/W"}, True, "2026-06-01T12:00:00+00:00", "Rejected")
    assert load(dump(learned)) == learned


def boot(station: Station, firmware: str, model: str = "M") -> None:
    services.record_boots([BootReport(station.pk, NOON, "V", model, firmware_version=firmware)])
    station.refresh_from_db()


def learn(station: Station, learned: Learned) -> None:
    services.record_learned([LearnedReport(station.pk, NOON, learned)])


@pytest.mark.django_db
def test_the_next_station_of_the_kind_begins_where_this_one_ended() -> None:
    first, second, other = (site.station(name) for name in ("CP-1", "CP-2", "CP-3"))
    boot(first, "1.0")
    learned = Learned({"limit": "Relative/0/A"}, default_only=True, since=NOON.isoformat())
    learn(first, learned)
    boot(second, "1.0")
    boot(other, "1.1")
    assert load(second.learned) == learned
    assert load(other.learned) == Learned()
    assert str(LearnedProfile.objects.get()) == "V M 1.0"


@pytest.mark.django_db
def test_another_firmware_starts_afresh_and_is_asked_again() -> None:
    station = site.station()
    boot(station, "1.0")
    learn(station, Learned({"limit": "Relative/0/A"}))
    services.record_configuration([ConfigurationReport(station.pk, NOON, {"ChargeProfileMaxStackLevel": "0"})])
    boot(station, "2.0")
    assert (station.learned, station.configuration) == ({}, {})
    boot(station, "1.0")
    assert load(station.learned).forms == {"limit": "Relative/0/A"}


@pytest.mark.django_db
def test_control_is_told_when_a_station_is_managed_in_another_way_and_only_then() -> None:
    station = site.station()
    boot(station, "1.0")
    before = load_version()
    learn(station, Learned({"limit": "Absolute/0/A"}))
    assert load_version() == before
    learn(station, Learned({"limit": "Absolute/0/A"}, default_only=True))
    assert load_version() > before
    (connector,) = load_config().connectors
    assert connector.default_only
    services.record_configuration([ConfigurationReport(station.pk, NOON, {ROOM: "1", UNITS: "Power"})])
    assert not load_config().connectors[0].can_hold


@pytest.mark.django_db
def test_a_dc_connector_is_one_for_the_engine() -> None:
    station = site.station()
    installation()
    station.connectors.update(kind="dc", minimum_current_a="7.5", efficiency_pct=92)
    (connector,) = load_config().connectors
    assert (connector.supply.dc, connector.supply.minimum_ma, connector.supply.efficiency_pm) == (True, 7_500, 920)


@pytest.mark.django_db
def test_what_was_learned_can_be_forgotten_and_stays_so_at_the_next_boot() -> None:
    station = site.station()
    boot(station, "1.0")
    learn(station, Learned({"limit": "Relative/0/A"}, default_only=True, refusal="Rejected"))
    station.refresh_from_db()
    assert "standing limits only" in told(station)
    assert "last refusal: Rejected" in told(station)
    forget_learned(stations=Station.objects.all(), by="ada")
    boot(station, "1.0")
    assert (station.learned, LearnedProfile.objects.count()) == ({}, 0)


@pytest.mark.django_db
def test_the_journal_says_in_which_form_a_station_takes_its_limits() -> None:
    station = site.station()
    learn(station, Learned({"limit": "Absolute/1/A"}))
    learn(station, Learned({"limit": "Absolute/1/A"}, refusal="Rejected"))
    learn(station, Learned({"limit": "Relative/1/A"}))
    said = list(Entry.objects.filter(subtype="limits_learned").order_by("pk").values_list("message", flat=True))
    assert said == ["Limits it takes: limit: Absolute/1/A.", "Limits it takes: limit: Relative/1/A."]
