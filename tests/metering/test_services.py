from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoCaptureOnCommitCallbacks

from common import clock, hints
from metering import selectors, services
from metering.decode import Values
from metering.faults import Fault, FaultCode
from metering.models import Meter, Reading
from metering.records import Poll
from metering.sentences import stored_sentence
from zones.models import Site, Zone

pytestmark = pytest.mark.django_db


def meter(**changes: Any) -> Meter:
    return services.create_meter(**({"name": "Main", "model": "NSX", "host": "192.0.2.7"} | changes))


def zone(**changes: Any) -> Zone:
    return Zone.objects.create(**({"name": "Top", "max_current_a": 100, "degraded_a": 30} | changes))


def good(meter_id: int, sequence: int, currents_ma: tuple[int, int, int] = (1, 2, 3)) -> Poll:
    values = Values((0.001, 0.002, 0.003), (1.0, 2.0, 3.0), 6.0, 7_000, raw=99)
    return Poll(meter_id, sequence, clock.now(), 0.1, None, values, currents_ma)


def bad(meter_id: int, sequence: int) -> Poll:
    return Poll(meter_id, sequence, clock.now(), 1.5, Fault(FaultCode.SILENT, {"seconds": 1.5}))


def test_a_new_meter_has_the_defaults_of_modbus_tcp() -> None:
    """MET-1."""
    assert (meter().port, meter(name="Second").unit) == (502, 255)


@pytest.mark.parametrize(
    ("field", "value"),
    [("model", "PM9999"), ("host", "not a host"), ("host", "192.0.2.300"), ("port", 0), ("unit", 256), ("name", "")],
)
def test_what_makes_no_meter_is_refused_by_field(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        meter(**{field: value})
    assert list(caught.value.message_dict) == [field]
    assert not Meter.objects.exists()


def test_a_zone_has_one_meter_of_a_role() -> None:
    top = zone()
    meter(zone=top)
    meter(name="Solar", zone=top, role=Meter.Role.PRODUCTION)
    with pytest.raises(ValidationError):
        meter(name="Second", zone=top)


def test_a_zone_needs_a_degraded_setpoint_before_it_gets_a_meter() -> None:
    with pytest.raises(ValidationError) as caught:
        meter(zone=zone(degraded_a=None))
    assert "zone" in caught.value.message_dict


def green(strategy: str = Site.Production.LOCAL) -> Meter:
    """The production meter that the strategy needs."""
    Site.objects.update_or_create(pk=1, defaults={"production": strategy})
    return meter(name="Roof", zone=zone(), role=Meter.Role.PRODUCTION)


@pytest.mark.parametrize("strategy", [Site.Production.LOCAL, Site.Production.LOCAL_GRID])
@pytest.mark.parametrize("change", [{"zone": None}, {"role": Meter.Role.ZONE}])
def test_the_last_production_meter_stays_while_the_strategy_needs_it(strategy: str, change: dict[str, Any]) -> None:
    """ENE-5."""
    roof = green(strategy)
    for name, value in change.items():
        setattr(roof, name, value)
    with pytest.raises(ValidationError, match="last production meter") as caught:
        services.update_meter(meter=roof)
    assert list(caught.value.message_dict) == list(change)
    assert Meter.objects.get().role == Meter.Role.PRODUCTION
    assert Meter.objects.get().zone is not None


def test_a_production_meter_may_go_where_another_stays() -> None:
    roof = green()
    meter(name="Wall", zone=zone(name="Wall"), role=Meter.Role.PRODUCTION)
    roof.zone = None
    services.update_meter(meter=roof)
    assert Meter.objects.filter(zone__isnull=False).get().name == "Wall"


def test_the_last_production_meter_may_move_to_another_zone() -> None:
    roof = green()
    roof.zone = zone(name="Wall")
    services.update_meter(meter=roof)
    assert Meter.objects.get().zone == roof.zone


def test_no_strategy_needs_a_production_meter_with_grid_only() -> None:
    roof = green(Site.Production.GRID)
    roof.role = Meter.Role.ZONE
    services.update_meter(meter=roof)
    assert Meter.objects.get().role == Meter.Role.ZONE


def test_a_meter_in_use_stays() -> None:
    """MET-6."""
    used = meter(zone=zone())
    with pytest.raises(ValidationError, match="Top"):
        services.delete_meter(meter=used)
    assert Meter.objects.filter(pk=used.pk).exists()


def test_a_meter_that_no_zone_uses_goes_with_its_reading() -> None:
    services.delete_meter(meter=meter())
    assert not Meter.objects.exists()
    assert not Reading.objects.exists()


def test_every_change_is_a_new_configuration(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    heard: list[dict[str, Any]] = []
    stop = hints.listen("configuration", heard.append)
    with django_capture_on_commit_callbacks(execute=True):
        made = meter()
        before = selectors.configuration_version()
        made.unit = 3
        services.update_meter(meter=made)
    stop()
    assert selectors.configuration_version() == before + 1
    assert len(heard) == 2


def test_a_good_poll_becomes_the_reading() -> None:
    made = meter()
    assert services.record_polls([(good(made.pk, 5, (10, -20, 30)),)]) == [1]
    reading = Reading.objects.get(meter=made)
    assert (reading.sequence, reading.error, reading.currents_ma) == (5, "", [10, -20, 30])
    assert (reading.powers_w, reading.power_w, reading.energy_wh, reading.raw) == ([1, 2, 3], 6, 7_000, 99)


def test_a_failed_poll_counts_and_keeps_the_last_good_values() -> None:
    made = meter()
    services.record_polls([(good(made.pk, 1),)])
    services.record_polls([(bad(made.pk, 2),)])
    reading = Reading.objects.get(meter=made)
    assert (reading.sequence, reading.error, reading.currents_ma) == (2, "no answer within 1.5 s", [1, 2, 3])
    assert reading.good_at is not None
    assert stored_sentence(reading.fault) == "no answer within 1.5 s"


def test_many_polls_of_one_meter_in_one_commit_leave_the_newest() -> None:
    made = meter()
    assert services.record_polls([(bad(made.pk, 3), good(made.pk, 1)), (good(made.pk, 2, (7, 8, 9)),)]) == [2, 1]
    reading = Reading.objects.get(meter=made)
    assert (reading.sequence, reading.error != "", reading.currents_ma) == (3, True, [7, 8, 9])


def test_a_meter_deleted_meanwhile_costs_the_others_nothing() -> None:
    made = meter()
    services.record_polls([(good(made.pk, 1), good(made.pk + 1000, 1))])
    assert list(Reading.objects.values_list("meter", "sequence")) == [(made.pk, 1)]


def test_readings_are_stored_in_few_queries(django_assert_max_num_queries: Callable[[int], Any]) -> None:
    made = [meter(name=f"M{i}") for i in range(20)]
    with django_assert_max_num_queries(3):
        services.record_polls([tuple(good(m.pk, 1) for m in made[:10]), tuple(bad(m.pk, 1) for m in made[10:])])


def test_the_age_of_polling_is_that_of_the_newest_poll() -> None:
    made = meter()
    services.record_polls([(good(made.pk, 1),)])
    Reading.objects.update(at=clock.now() - timedelta(seconds=30))
    age_s = selectors.poll_age_s()
    assert age_s is not None
    assert age_s <= 31


def test_the_poller_goes_on_counting_where_the_row_stands() -> None:
    made = meter()
    services.record_polls([(good(made.pk, 41),)])
    assert [s.sequence for s in selectors.meter_specs()] == [41]
