"""Writes to meters and digital inputs, and what was read of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from metering.faults import Fault
from metering.models import DigitalInput, InputState, Meter, Reading
from metering.records import InputPlan, InputPoll, Poll
from metering.sentences import english
from metering.signs import shows_export
from zones.models import Zone
from zones.services import bump_version

_STATE = ("sequence", "at", "error", "fault")
_VALUES = ("good_at", "currents_ma", "powers_w", "power_w", "energy_wh", "raw")
LONGEST_ERROR = 200


def create_meter(
    *,
    name: str,
    model: str,
    host: str,
    port: int = 502,
    unit: int = 255,
    inverted: bool = False,
    zone: Zone | None = None,
    role: str = Meter.Role.ZONE,
) -> Meter:
    """Raises ValidationError, by field."""
    meter = Meter(name=name, model=model, host=host, port=port, unit=unit, inverted=inverted, zone=zone, role=role)
    return update_meter(meter=meter)


def update_meter(*, meter: Meter) -> Meter:
    """Check and store a meter as it stands in memory, and have it polled as it now is. Raises ValidationError."""
    with transaction.atomic():
        store_meter(meter=meter)
        bump_version()
    return meter


def store_meter(*, meter: Meter) -> None:
    """Check and store a meter as it stands in memory. Raises ValidationError. The caller bumps the version."""
    with transaction.atomic():
        meter.full_clean()
        meter.save()
        Reading.objects.update_or_create(meter=meter, defaults={"imported_at": clock.now()})


def release_meters(*, meters: Iterable[int]) -> None:
    """Meters (ids) serve no zone until the caller says which; it has checked the strategy, and bumps the version."""
    Meter.objects.filter(pk__in=list(meters)).update(zone=None)


def delete_meter(*, meter: Meter) -> None:
    """Raises ValidationError while a zone uses it (MET-6)."""
    with transaction.atomic():
        locked = Meter.objects.select_for_update(of=("self",)).select_related("zone").get(pk=meter.pk)
        if locked.zone is not None:
            raise ValidationError(
                _("Meter “%(meter)s” can't be deleted: zone “%(zone)s” uses it."),
                params={"meter": locked.name, "zone": locked.zone.name},
            )
        locked.delete()
        bump_version()


def record_polls(batches: Sequence[Sequence[Poll]]) -> list[int]:
    """A handler of `common.writer`: the newest state of each meter, the newest good values of each.

    Returns how many polls of each batch were taken. Polls of meters that were deleted meanwhile are dropped.
    """
    newest: dict[int, Poll] = {}
    good: dict[int, Poll] = {}
    for poll in sorted((p for batch in batches for p in batch), key=lambda p: p.sequence):
        newest[poll.meter] = poll
        if poll.values is not None:
            good[poll.meter] = poll
    ids = Meter.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=newest)
    existing = set(ids.order_by().values_list("pk", flat=True))
    read = [_row(newest[pk], good[pk]) for pk in existing & good.keys()]
    _upsert([row for row in read if not shows_export(row.currents_ma)], (*_STATE, *_VALUES, "imported_at"))
    _upsert([row for row in read if shows_export(row.currents_ma)], (*_STATE, *_VALUES))
    _upsert([_row(newest[pk], None) for pk in existing - good.keys()], _STATE)
    return [len(batch) for batch in batches]


def replace_inputs(plans: Iterable[InputPlan]) -> None:
    """Makes these the digital inputs; those of other names go. Raises ValidationError. The caller bumps the version."""
    wanted = list(plans)
    DigitalInput.objects.exclude(name__in=[plan.name for plan in wanted]).delete()
    known = {row.name: row for row in DigitalInput.objects.all()}
    zones = {zone.name: zone for zone in Zone.objects.all()}
    for plan in wanted:
        row = known.get(plan.name) or DigitalInput(name=plan.name)
        for name in ("host", "port", "unit", "table", "number", "inverted", "quotient_pct", "when_lost"):
            setattr(row, name, getattr(plan, name))
        row.full_clean()
        row.save()
        row.zones.set([zones[name] for name in plan.zones])


def record_input_polls(batches: Sequence[Sequence[InputPoll]]) -> list[int]:
    """A handler of `common.writer`: the newest state of each input. Polls of inputs that are gone are dropped."""
    newest: dict[int, InputPoll] = {}
    for poll in sorted((p for batch in batches for p in batch), key=lambda p: p.sequence):
        newest[poll.input] = poll
    existing = DigitalInput.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=newest).order_by()
    rows = [_state(newest[pk]) for pk in existing.values_list("pk", flat=True)]
    fields = ["sequence", "at", "active", "fault"]
    InputState.objects.bulk_create(rows, update_conflicts=True, unique_fields=["input"], update_fields=fields)
    return [len(batch) for batch in batches]


def _state(poll: InputPoll) -> InputState:
    return InputState(
        input_id=poll.input, sequence=poll.sequence, at=poll.at, active=poll.active, fault=_stored(poll.fault)
    )


def _stored(fault: Fault | None) -> dict[str, Any]:
    return {} if fault is None else {"code": fault.code.value, "params": fault.params}


def _upsert(rows: list[Reading], fields: Sequence[str]) -> None:
    if rows:
        Reading.objects.bulk_create(rows, update_conflicts=True, unique_fields=["meter"], update_fields=fields)


def _row(newest: Poll, good: Poll | None) -> Reading:
    fault = newest.fault
    row = Reading(
        meter_id=newest.meter,
        sequence=newest.sequence,
        at=newest.at,
        error="" if fault is None else english(fault)[:LONGEST_ERROR],
        fault=_stored(fault),
    )
    if good is not None and good.values is not None:
        values = good.values
        row.good_at = good.at
        row.currents_ma = list(good.currents_ma or ())
        if not shows_export(row.currents_ma):
            row.imported_at = good.at
        row.powers_w = list(values.powers_w or ())
        row.power_w = values.power_w
        row.energy_wh = values.energy_wh
        row.raw = values.raw
    return row
