"""What control writes, as batch handlers of the one writer, and what it reads at start."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chargers.models import Connector, Setpoint
from common import clock
from control import places
from control.conductor import SetpointRow
from control.distrust import to_row
from control.lease import current_token
from control.models import Cycle, SiteDocument

CYCLES_KEPT = 1_000
_FIELDS = [
    "limit_ma",
    "limit_possible_ma",
    "default_ma",
    "default_possible_ma",
    "generation",
    "places",
    "default_writes",
    "default_allowance",
    "conduct",
]


@dataclass(frozen=True, slots=True)
class Setpoints:
    """What a holder of the lease wants to store, by its token."""

    token: int
    rows: list[SetpointRow]


def save_setpoints(batches: Sequence[Setpoints]) -> Sequence[bool]:
    """The newest row of each connector; a connector that was deleted meanwhile is left out.

    False for each batch of an older token, which changes nothing (S13).
    """
    token = current_token()
    _store({row.connector: row for batch in batches if batch.token == token for row in batch.rows})
    return [batch.token == token for batch in batches]


def _store(newest: Mapping[int, SetpointRow]) -> None:
    existing = set(Connector.objects.filter(pk__in=newest).values_list("pk", flat=True))
    Setpoint.objects.bulk_create(
        [
            Setpoint(
                connector_id=row.connector,
                limit_ma=row.limit_ma,
                limit_possible_ma=row.limit_possible_ma,
                default_ma=row.default_ma,
                default_possible_ma=row.default_possible_ma,
                generation=row.generation,
                places=places.to_row(row.places),
                default_writes=row.default_writes,
                default_allowance=row.default_allowance,
                conduct=to_row(row.conduct),
            )
            for row in newest.values()
            if row.connector in existing
        ],
        update_conflicts=True,
        unique_fields=["connector"],
        update_fields=_FIELDS,
    )


def save_documents(documents: Sequence[dict[str, Any]]) -> Sequence[None]:
    """Only the newest counts."""
    newest = documents[-1]
    SiteDocument.objects.update_or_create(pk=1, defaults={"sequence": newest["seq"], "at": clock.now(), "body": newest})
    return [None] * len(documents)


def save_cycles(cycles: Sequence[dict[str, Any]]) -> Sequence[None]:
    """Keep the last thousand cycles that changed something, compressed."""
    made = Cycle.objects.bulk_create(
        [Cycle(body=zlib.compress(json.dumps(cycle, separators=(",", ":")).encode())) for cycle in cycles]
    )
    newest = made[-1].pk
    if newest is not None:
        Cycle.objects.filter(pk__lte=newest - CYCLES_KEPT).delete()
    return [None] * len(cycles)
