"""Meters and readings as others see them."""

from django.db.models import Max, QuerySet

from common import clock
from engine.wiring import Grid
from metering import heartbeat
from metering.maps import Table
from metering.models import DigitalInput, InputState, Meter, Reading
from metering.records import InputSpec, MeterSpec, Role
from metering.signs import shows_export
from zones.models import Site

EXPORT_S = 60.0
"""A lift that brakes, or a motor that runs out, exports for less."""


def meter_specs() -> list[MeterSpec]:
    """Every meter as the poller needs it."""
    grid = _grid()
    return [_spec(meter, grid) for meter in with_readings()]


def spec_of(meter: Meter) -> MeterSpec:
    """One meter, saved or not, as the poller needs it."""
    return _spec(meter, _grid())


def _grid() -> Grid:
    return Grid(Site.objects.filter(pk=1).values_list("grid", flat=True).first() or Grid.STAR)


def _spec(meter: Meter, grid: Grid) -> MeterSpec:
    reading = getattr(meter, "reading", None)
    return MeterSpec(
        id=meter.pk or 0,
        name=meter.name,
        model=meter.model,
        host=meter.host,
        port=meter.port,
        unit=meter.unit,
        role=Role(meter.role),
        inverted=meter.inverted,
        grid=grid,
        sequence=reading.sequence if reading is not None else 0,
    )


def input_specs() -> list[InputSpec]:
    """Every digital input as the poller needs it."""
    return [_input_spec(row) for row in DigitalInput.objects.select_related("state")]


def _input_spec(row: DigitalInput) -> InputSpec:
    state: InputState | None = getattr(row, "state", None)
    return InputSpec(
        id=row.pk,
        name=row.name,
        host=row.host,
        port=row.port,
        unit=row.unit,
        table=Table(row.table),
        number=row.number,
        inverted=row.inverted,
        sequence=state.sequence if state is not None else 0,
    )


def with_readings() -> QuerySet[Meter]:
    """For lists: meters with zone and newest reading (`meter.reading` is absent before the first one)."""
    return Meter.objects.select_related("zone", "reading")


def meters_that_export() -> set[str]:
    """Names of the meters of zones that show export now, and have shown nothing else for longer than a moment."""
    good = Reading.objects.filter(meter__role=Meter.Role.ZONE, good_at__isnull=False).select_related("meter")
    return {row.meter.name for row in good if not row.fault and _exports(row)}


def _exports(row: Reading) -> bool:
    lasting = row.good_at is not None and (row.good_at - row.imported_at).total_seconds() > EXPORT_S
    return lasting and shows_export(row.currents_ma)


def configuration_version() -> int:
    return Site.objects.filter(pk=1).values_list("version", flat=True).first() or 0


def poll_age_s() -> float | None:
    """Seconds since meters were last polled, whichever process does it; None if never (or no meter elsewhere)."""
    newest = Reading.objects.filter(sequence__gt=0).aggregate(newest=Max("at"))["newest"]
    ages = [] if newest is None else [max(0.0, (clock.now() - newest).total_seconds())]
    here_s = heartbeat.age_s()
    return min([*ages, here_s] if here_s is not None else ages, default=None)
