"""The only writers of the journal, the alarms and the rings of raw frames."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from django.db import transaction
from django.utils.translation import override

from common import clock
from common.text import printable
from journal import pruning, wording
from journal.models import Alarm, Entry, Frame
from journal.records import AlarmChange, FrameRecord, Line, Said

MAX_FRAME_CHARS = 16_384
"""Of a longer frame the ring keeps the beginning."""

_MAX_MESSAGE_CHARS = 4_000
_MAX_PARAMS_CHARS = 16_000
"""What is made of more is kept in English only."""


@dataclass(slots=True)
class _Backlog:
    """Entries written since the cap was last looked at."""

    entries: int = 0


_backlog = _Backlog()


def write_entries(lines: Sequence[Line]) -> list[None]:
    """Batch handler. The cap of CAP-1 is kept while writing, so that a burst cannot outrun the housekeeping."""
    Entry.objects.bulk_create(_entries(lines))
    _backlog.entries += len(lines)
    if _backlog.entries >= pruning.SLACK_ENTRIES:
        _backlog.entries = 0
        pruning.prune_entries(limit=2 * pruning.SLACK_ENTRIES)
    return [None] * len(lines)


def write_entry(
    *, kind: str, subtype: str, message: str | Said, device: str = "", zone: str = "", at: datetime | None = None
) -> None:
    """One entry, in the caller's transaction if there is one."""
    line = Line(kind=kind, subtype=subtype, device=device, message=message, zone=zone, at=at or clock.now())
    write_entries([line])


def record_frames(frames: Sequence[FrameRecord]) -> list[None]:
    """Batch handler. The ring of each station is pruned in the background."""
    Frame.objects.bulk_create(
        Frame(
            box_identity=printable(frame.box_identity, 48),
            at=frame.at,
            outgoing=frame.outgoing,
            text=printable(frame.text, MAX_FRAME_CHARS),
        )
        for frame in frames
    )
    return [None] * len(frames)


def raise_alarm(
    *,
    code: str,
    subject: str,
    params: Mapping[str, str | int | float | None] | None = None,
    at: datetime | None = None,
) -> bool:
    """True where it was not raised already; otherwise only its figures are brought up to date."""
    change = AlarmChange(code=code, subject=subject, raised=True, at=at or clock.now(), params=params or {})
    with transaction.atomic():
        return _apply(change)


def clear_alarm(*, code: str, subject: str, at: datetime | None = None) -> bool:
    """True where it was open."""
    with transaction.atomic():
        return _apply(AlarmChange(code=code, subject=subject, raised=False, at=at or clock.now()))


def record_alarms(changes: Sequence[AlarmChange]) -> list[bool]:
    """Batch handler of `raise_alarm` and `clear_alarm`: True for each change that changed something."""
    return [_apply(change) for change in changes]


def acknowledge_alarms(*, alarms: Iterable[int], by: str) -> int:
    """`alarms` are ids. Acknowledged ones keep who did it first; returns how many were new."""
    waiting = Alarm.objects.filter(pk__in=list(alarms), acknowledged_at=None)
    return waiting.update(acknowledged_at=clock.now(), acknowledged_by=by[:150])


def _entries(lines: Iterable[Line]) -> list[Entry]:
    """Their messages are English, whatever the language of the writer: searches and exports stay the same."""
    with override("en"):
        return [_entry(line) for line in lines]


def _entry(line: Line) -> Entry:
    message, made_of = line.message, None
    if isinstance(message, Said):
        made_of = _json(message)
        message = wording.words(made_of["code"], made_of["params"], otherwise=message.code)
        if len(json.dumps(made_of)) > _MAX_PARAMS_CHARS:
            made_of = None
    return Entry(
        at=line.at,
        kind=line.kind,
        subtype=printable(line.subtype, 40),
        device=printable(line.device, 48),
        zone=printable(line.zone, 48),
        message=printable(message, _MAX_MESSAGE_CHARS),
        code=made_of and made_of["code"],
        params=made_of and made_of["params"],
    )


def _json(value: Any) -> Any:
    """What a sentence is made of as a row keeps it: databases take neither NaN nor half a surrogate pair."""
    match value:
        case Said():
            return {"code": value.code, "params": {name: _json(one) for name, one in value.params.items()}}
        case list() | tuple():
            return [_json(one) for one in value]
        case float():
            return value if isfinite(value) else None
        case None | int():
            return value
        case _:
            return printable(str(value), _MAX_MESSAGE_CHARS)


def _apply(change: AlarmChange) -> bool:
    code, subject = printable(change.code, 40), printable(change.subject, 80)
    standing = Alarm.objects.filter(code=code, subject=subject, cleared_at=None)
    if not change.raised:
        return standing.update(cleared_at=change.at) > 0
    if standing.update(params=dict(change.params)):
        return False
    alarm = Alarm(code=code, subject=subject, params=dict(change.params), since=change.at)
    Alarm.objects.bulk_create([alarm], ignore_conflicts=True)
    return True
