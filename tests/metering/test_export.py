"""Which meters have shown export for longer than a moment."""

from datetime import datetime, timedelta

import pytest

from common import clock
from metering import selectors, services
from metering.decode import Values
from metering.faults import Fault, FaultCode
from metering.models import Meter, Reading
from metering.records import Poll
from metering.signs import Lines

pytestmark = pytest.mark.django_db
OUT, IN = (-5_000, 4_000, 4_000), (5_000, 4_000, 4_000)


@pytest.fixture
def made() -> Meter:
    return services.create_meter(name="Main", model="NSX", host="192.0.2.7")


def polled(meter: Meter, *readings: tuple[float, Lines | None]) -> set[str]:
    """Seconds from now and what was read then, each stored by itself; the meters that show export in the end."""
    start = clock.now()
    for sequence, (second, currents_ma) in enumerate(readings, 1):
        services.record_polls([(poll(meter, sequence, start + timedelta(seconds=second), currents_ma),)])
    return selectors.meters_that_export()


def poll(meter: Meter, sequence: int, at: datetime, currents_ma: Lines | None) -> Poll:
    if currents_ma is None:
        return Poll(meter.pk, sequence, at, 1.5, Fault(FaultCode.SILENT, {"seconds": 1.5}))
    return Poll(meter.pk, sequence, at, 0.1, None, Values((5.0, 4.0, 4.0), None, 0.0, 0), currents_ma)


def test_a_meter_that_goes_on_showing_export_is_named(made: Meter) -> None:
    assert polled(made, (0, IN), (1, OUT), (30, OUT), (62, OUT)) == {"Main"}


def test_one_that_never_showed_import_too(made: Meter) -> None:
    assert polled(made, (1, OUT), (62, OUT)) == {"Main"}


@pytest.mark.parametrize(
    "readings",
    [
        pytest.param([(0, IN), (1, OUT), (59, OUT)], id="for a moment"),
        pytest.param([(0, OUT), (58, IN), (62, OUT)], id="a lift that brakes"),
        pytest.param([(0, IN), (1, (-900, -900, -900)), (62, (-900, -900, -900))], id="next to nothing"),
        pytest.param([(0, IN), (1, OUT), (62, OUT), (63, None)], id="lost meanwhile"),
        pytest.param([(0, IN), (62, IN)], id="import"),
        pytest.param([], id="not read yet"),
    ],
)
def test_no_other_meter_is(made: Meter, readings: list[tuple[float, Lines | None]]) -> None:
    assert polled(made, *readings) == set()


def test_a_meter_that_is_set_anew_is_looked_at_anew(made: Meter) -> None:
    services.record_polls([(poll(made, 1, clock.now(), OUT),)])
    Reading.objects.update(imported_at=clock.now() - timedelta(seconds=90))
    assert selectors.meters_that_export() == {"Main"}
    made.inverted = True
    services.update_meter(meter=made)
    assert selectors.meters_that_export() == set()


def test_polls_of_many_meters_are_stored_together() -> None:
    rows = [services.create_meter(name=f"M{n}", model="NSX", host="192.0.2.7") for n in range(4)]
    at = clock.now() + timedelta(seconds=62)
    services.record_polls([[poll(row, 1, at, OUT if n % 2 else IN) for n, row in enumerate(rows)]])
    assert selectors.meters_that_export() == {"M1", "M3"}
