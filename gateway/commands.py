"""What people and machines ask of a station (STA-8): one function each, from any thread of any process.

A command goes as a hint to the process that holds the station's socket, and its answer comes back the same way.
It is never repeated: who sees no answer asks again.
"""

import uuid
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from common import hints
from engine.facts import Outcome
from gateway.outbound import (
    change_availability,
    change_configuration,
    clear_cache,
    get_composite_schedule,
    get_configuration,
    remote_start_transaction,
    remote_stop_transaction,
    reset,
    trigger_message,
    unlock_connector,
)
from gateway.outbound.request import Request

TOPIC = "command"
PATIENCE_S = 35.0
"""A command waits at most 15 s for its turn, and its answer at most 15 s."""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """`outcome` UNSENT: the station is not connected, or could not be addressed. `payload`: its answer."""

    outcome: Outcome
    payload: dict[str, Any] = field(default_factory=dict)
    why: str = ""

    @property
    def accepted(self) -> bool:
        return self.outcome is Outcome.ACCEPTED


def submit(*, station: int, request: Request, by: str = "") -> "Future[CommandResult]":
    """Ask a station (id). The future is set on another thread; for coroutines `asyncio.wrap_future` it."""
    asked: Future[CommandResult] = Future()
    command = uuid.uuid4().hex

    def heard(payload: dict[str, Any]) -> None:
        if payload.get("answer_to") == command and not asked.done():
            asked.set_result(_result(payload))

    stop = hints.listen(TOPIC, heard)
    asked.add_done_callback(lambda _: stop())
    hints.send(
        TOPIC,
        {"ask": command, "station": station, "action": request.action, "payload": request.payload, "by": by},
    )
    return asked


def ask(*, station: int, request: Request, by: str = "", patience_s: float = PATIENCE_S) -> CommandResult:
    """Blocks until the answer is here; TIMEOUT where none comes. Not to be called on the event loop."""
    asked = submit(station=station, request=request, by=by)
    try:
        return asked.result(patience_s)
    except TimeoutError:
        asked.cancel()
        return CommandResult(Outcome.TIMEOUT, why="no process answered")


def remote_start(*, station: int, number: int | None, id_tag: str, by: str = "") -> CommandResult:
    """`number` None: the station picks the connector."""
    return ask(station=station, request=remote_start_transaction.build(number, id_tag), by=by)


def remote_stop(*, station: int, transaction: int, by: str = "") -> CommandResult:
    return ask(station=station, request=remote_stop_transaction.build(transaction), by=by)


def restart(*, station: int, hard: bool, by: str = "") -> CommandResult:
    """Soft: charging resumes; hard: it stops."""
    return ask(station=station, request=reset.build(hard=hard), by=by)


def unlock(*, station: int, number: int, by: str = "") -> CommandResult:
    return ask(station=station, request=unlock_connector.build(number), by=by)


def trigger(*, station: int, message: str, number: int | None = None, by: str = "") -> CommandResult:
    return ask(station=station, request=trigger_message.build(message, number), by=by)


def configure(*, station: int, key: str, value: str, by: str = "") -> CommandResult:
    return ask(station=station, request=change_configuration.build(key, value), by=by)


def read_configuration(*, station: int, keys: tuple[str, ...] = (), by: str = "") -> CommandResult:
    return ask(station=station, request=get_configuration.build(keys), by=by)


def set_availability(*, station: int, number: int, operative: bool, by: str = "") -> CommandResult:
    """`number` 0: the whole station."""
    return ask(station=station, request=change_availability.build(number, operative=operative), by=by)


def forget_cards(*, station: int, by: str = "") -> CommandResult:
    return ask(station=station, request=clear_cache.build(), by=by)


def read_schedule(*, station: int, number: int, duration_s: int, by: str = "") -> CommandResult:
    return ask(station=station, request=get_composite_schedule.build(number, duration_s), by=by)


def answer_hint(command: str, outcome: Outcome, payload: dict[str, Any], why: str) -> None:
    """Called by the process that holds the socket."""
    hints.send(TOPIC, {"answer_to": command, "outcome": outcome.value, "payload": payload, "why": why})


def listen(carry_out: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
    """Have `carry_out(payload)` called for each command, on any thread: `ask`, `station`, `action`, `payload`, `by`."""

    def heard(payload: dict[str, Any]) -> None:
        if "ask" in payload:
            carry_out(payload)

    return hints.listen(TOPIC, heard)


def _result(payload: dict[str, Any]) -> CommandResult:
    return CommandResult(Outcome(payload["outcome"]), dict(payload.get("payload") or {}), str(payload.get("why", "")))
