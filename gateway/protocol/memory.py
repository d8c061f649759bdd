"""The store of the deterministic simulation: dictionaries, with the rules that rows keep (T2 to T5, T8, RFI-2).

Killing the process is dropping the sessions; this is what is left on the disk.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import Any, ClassVar

from chargers.records import (
    AuthorizeRequest,
    BootReport,
    ConfigurationReport,
    LearnedReport,
    Presence,
    Quirk,
    StationRecord,
    StatusReport,
    StatusResult,
)
from engine.facts import Status
from gateway.protocol.store import Done, Kind
from rfid.decisions import CardFacts, Decision, Verdict, decide, id_key
from transactions.clocks import is_absurd, is_recent
from transactions.energy import session_wh, stopped_wh
from transactions.records import (
    Closed,
    IdleReport,
    RunningTransaction,
    SampleRecord,
    SampleResult,
    StartRequest,
    StartResult,
    StopRequest,
    StopResult,
)

_LARGEST = 2**31 - 1
_ACTIVE = {Status.CHARGING, Status.SUSPENDED_EV, Status.SUSPENDED_EVSE}


@dataclass(frozen=True, slots=True)
class Group:
    """RFI-1: `online` is all, known or off; `cards` are id tags."""

    online: str = "all"
    cards: frozenset[str] = frozenset()


@dataclass(slots=True)
class Charge:
    """A transaction as rows keep it."""

    number: int
    station: int
    connector_number: int
    connector: int | None
    id_tag: str
    vip: bool
    verdict: Verdict
    started_at: datetime
    meter_start_wh: int
    open: bool = True
    estimated: bool = False
    ended_at: datetime | None = None
    end_received_at: datetime | None = None
    meter_stop_wh: int | None = None
    last_meter_wh: int | None = None
    last_meter_at: datetime | None = None
    energy_wh: int = 0

    @property
    def key(self) -> tuple[object, ...]:
        return (self.station, self.connector_number, self.id_tag, self.started_at, self.meter_start_wh)

    def running(self) -> RunningTransaction:
        return RunningTransaction(
            connector=self.connector or 0,
            transaction=self.number,
            id_tag=self.id_tag,
            vip=self.vip,
            blocked=self.verdict is not Verdict.ACCEPTED,
            started_at=self.started_at,
            energy_wh=self.energy_wh,
        )

    def end(self, at: datetime, received_at: datetime, meter_stop_wh: int, *, estimated: bool) -> None:
        energy, _ = stopped_wh(start_wh=self.meter_start_wh, stop_wh=meter_stop_wh, so_far_wh=self.energy_wh)
        self.open, self.estimated, self.energy_wh = False, estimated, energy
        self.ended_at, self.end_received_at, self.meter_stop_wh = at, received_at, meter_stop_wh


@dataclass
class MemoryStore:
    """`groups`: station id -> its group (none: no card is accepted). `random` draws transaction ids."""

    stations: dict[int, StationRecord]
    groups: Mapping[int, Group] = field(default_factory=dict)
    cards: Mapping[str, CardFacts] = field(default_factory=dict)
    zoneless: frozenset[int] = frozenset()
    """Stations in no zone: nobody may start a charge there (ZON-4)."""
    random: Random = field(default_factory=Random)
    charges: dict[int, Charge] = field(default_factory=dict)
    statuses: dict[int, Status] = field(default_factory=dict)
    quarantined: list[tuple[StopRequest, str]] = field(default_factory=list)
    quirks: dict[tuple[int, str], str] = field(default_factory=dict)
    online: set[int] = field(default_factory=set)
    reconfigured: Callable[[], None] = lambda: None
    """Called when how a station is managed may have changed: rows send a hint."""

    def put(self, kind: Kind, payload: Any, done: Done) -> None:
        done(self._handlers[kind](self, payload), None)

    def open_charges(self) -> list[RunningTransaction]:
        """What control loads at its start."""
        return [c.running() for c in self.charges.values() if c.open and c.connector is not None]

    def _boot(self, report: BootReport) -> StationRecord:
        before = self.stations[report.station]
        if before.installed:
            self.stations[before.id] = replace(before, accepted=True, ever_connected=True)
        return before

    def _presence(self, report: Presence) -> None:
        (self.online.add if report.online else self.online.discard)(report.station)
        station = self.stations[report.station]
        if report.online and station.installed:
            self.stations[station.id] = replace(station, ever_connected=True)

    def _status(self, report: StatusReport) -> StatusResult:
        connector = self._connector(report.station, report.number)
        if connector is not None:
            self.statuses[connector] = report.status
        return StatusResult(connector)

    def _authorize(self, request: AuthorizeRequest) -> Decision:
        return self._decide(request.station, request.id_tag)

    def _start(self, request: StartRequest) -> StartResult:
        started_at = request.started_at or request.received_at
        decision = self._decide(request.station, request.id_tag)
        draft = Charge(
            number=0,
            station=request.station,
            connector_number=request.connector_number,
            connector=self._connector(request.station, request.connector_number),
            id_tag=request.id_tag,
            vip=decision.vip,
            verdict=decision.verdict,
            started_at=started_at,
            meter_start_wh=request.meter_start_wh,
        )
        same = next((c for c in self.charges.values() if c.key == draft.key), None)
        closed: list[Closed] = []
        if same is None:
            older = [c for c in self._open_on(draft.station, draft.connector_number) if _began_before(c, draft)]
            closed = self._estimate(older, request.received_at)
            draft.number = self._fresh_number()
            self.charges[draft.number] = draft
        charge = same or draft
        live = charge.open and charge.connector is not None and is_recent(charge.started_at, request.received_at)
        return StartResult(
            transaction=charge.number,
            connector=charge.connector,
            verdict=charge.verdict,
            vip=charge.vip,
            fresh=same is None,
            live=live,
            energy_wh=charge.energy_wh,
            closed=tuple(closed),
        )

    def _stop(self, request: StopRequest) -> StopResult:
        verdict = self._decide(request.station, request.id_tag).verdict if request.id_tag else None
        charge = self.charges.get(request.transaction)
        if charge is None and not 0 < request.transaction <= _LARGEST:
            charge = self._only_candidate(request)
        if charge is None or charge.station != request.station:
            why = "unknown transaction" if charge is None else "transaction of another station"
            self.quarantined.append((request, why))
            return StopResult(verdict)
        was_open = charge.open
        if was_open or charge.estimated:
            at = request.stopped_at or request.received_at
            charge.end(at, request.received_at, request.meter_stop_wh, estimated=False)
        elif request.stopped_at not in (None, charge.ended_at) or request.meter_stop_wh != charge.meter_stop_wh:
            self.quarantined.append((request, "second, different stop"))
        return StopResult(verdict, charge.connector, charge.number, was_open)

    def _samples(self, samples: tuple[SampleRecord, ...]) -> tuple[SampleResult, ...]:
        return tuple(self._sample(sample) for sample in samples)

    def _sample(self, sample: SampleRecord) -> SampleResult:
        connector = self._connector(sample.station, sample.connector_number)
        charge = self._charge_of(sample)
        if charge is not None and charge.estimated and self._proves_running(sample, charge):
            charge.open, charge.estimated, charge.ended_at, charge.meter_stop_wh = True, False, None, None
        if charge is None or not charge.open:
            return SampleResult(connector)
        if sample.energy_wh is not None:
            charge.energy_wh = session_wh(
                start_wh=charge.meter_start_wh, register_wh=sample.energy_wh, so_far_wh=charge.energy_wh
            )
            charge.last_meter_wh = sample.energy_wh
        charge.last_meter_at = max(sample.at, charge.last_meter_at or sample.at)
        lives = is_recent(sample.at, sample.received_at) or self.statuses.get(connector or 0) in _ACTIVE
        running = charge.running() if lives and charge.connector is not None else None
        return SampleResult(connector, charge.number, charge.energy_wh, running)

    def _idle(self, report: IdleReport) -> Sequence[Closed]:
        return self._estimate(self._open_on(report.station, report.connector_number), report.at)

    def _quirk(self, quirk: Quirk) -> None:
        self.quirks[quirk.station, quirk.code] = quirk.detail

    def _configuration(self, report: ConfigurationReport) -> None:
        station = self.stations[report.station]
        self.stations[station.id] = replace(
            station,
            configuration={**station.configuration, **report.keys},
            refused={**station.refused, **report.refused},
        )
        self._reconsider(station)

    def _learned(self, report: LearnedReport) -> None:
        station = self.stations[report.station]
        self.stations[report.station] = replace(station, learned=report.learned)
        self._reconsider(station)

    def _reconsider(self, before: StationRecord) -> None:
        if before.abilities != self.stations[before.id].abilities:
            self.reconfigured()

    def _connector(self, station: int, number: int) -> int | None:
        return self.stations[station].connectors.get(number)

    def _decide(self, station: int, id_tag: str) -> Decision:
        group = self.groups.get(station)
        cards = {id_key(tag): facts for tag, facts in self.cards.items()}
        mine = {id_key(tag) for tag in group.cards} if group else set()
        key = id_key(id_tag)
        decision = decide(
            online=group.online if group else "",
            station_in_group=group is not None,
            card=cards.get(key),
            group_has_card=key in mine,
        )
        return Decision(Verdict.BLOCKED) if decision.accepted and station in self.zoneless else decision

    def _open_on(self, station: int, number: int | None) -> list[Charge]:
        charges = (c for c in self.charges.values() if c.open and c.station == station)
        return [c for c in charges if number in (None, c.connector_number)]

    def _estimate(self, charges: Iterable[Charge], at: datetime) -> list[Closed]:
        closed = list(charges)
        for charge in closed:
            stop_wh = charge.meter_start_wh if charge.last_meter_wh is None else charge.last_meter_wh
            charge.end(charge.last_meter_at or at, at, stop_wh, estimated=True)
        return [Closed(charge.connector, charge.number) for charge in closed]

    def _charge_of(self, sample: SampleRecord) -> Charge | None:
        named = self.charges.get(sample.transaction) if sample.transaction is not None else None
        if named is not None:
            return named if named.station == sample.station else None
        standing = self._open_on(sample.station, sample.connector_number)
        return standing[-1] if standing else None

    def _proves_running(self, sample: SampleRecord, charge: Charge) -> bool:
        if is_absurd(sample.at) or not is_recent(sample.at, sample.received_at):
            return False
        taken = self._open_on(sample.station, sample.connector_number)
        if taken or charge.connector_number != sample.connector_number:
            return False
        return charge.end_received_at is not None and sample.at > charge.end_received_at

    def _only_candidate(self, request: StopRequest) -> Charge | None:
        """Stations that lost the id send 0 or -1."""
        waiting = self._open_on(request.station, None)
        if request.id_tag:
            waiting = [c for c in waiting if id_key(c.id_tag) == id_key(request.id_tag)] or waiting
        return waiting[0] if len(waiting) == 1 else None

    def _fresh_number(self) -> int:
        while (number := self.random.randint(1, _LARGEST)) in self.charges:
            pass
        return number

    _handlers: ClassVar[dict[Kind, Callable[[Any, Any], Any]]] = {
        Kind.BOOT: _boot,
        Kind.PRESENCE: _presence,
        Kind.STATUS: _status,
        Kind.AUTHORIZE: _authorize,
        Kind.START: _start,
        Kind.STOP: _stop,
        Kind.SAMPLES: _samples,
        Kind.IDLE: _idle,
        Kind.QUIRK: _quirk,
        Kind.CONFIGURATION: _configuration,
        Kind.LEARNED: _learned,
    }


def _began_before(charge: Charge, draft: Charge) -> bool:
    absurd = is_absurd(charge.started_at) or is_absurd(draft.started_at)
    return absurd or charge.started_at <= draft.started_at
