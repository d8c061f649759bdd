"""MeterValues: control hears of the currents at once, of the session's energy when it is stored."""

from engine.facts import Fact, Measured, TransactionStarted
from gateway.protocol import sampling, values
from gateway.protocol.framing import Json
from gateway.protocol.replies import Answer, Caller, Hold, Reply
from gateway.protocol.store import Kind
from transactions.records import RunningTransaction, SampleResult


def receive(caller: Caller, payload: Json) -> Reply:
    number = values.connector_number(payload, caller.note)
    transaction = values.transaction_id(payload, caller.note)
    found = sampling.samples(
        payload.get("meterValue"),
        station=caller.id,
        number=number,
        transaction=transaction,
        received_at=caller.at,
        note=caller.note,
    )
    alive = (number,) if transaction is not None else ()
    if not found:
        return Answer({}, alive=alive)
    connector = caller.connector(number)
    measured = None if connector is None else sampling.measured(found, connector, caller.behind)

    def answer(results: tuple[SampleResult, ...]) -> Answer:
        running = next((r.running for r in reversed(results) if r.running is not None), None)
        facts: tuple[Fact, ...] = ()
        started = {}
        if connector is not None and running is not None and caller.running.transaction_on(number) is None:
            facts += (_started(running, caller),)
            started = {number: running.transaction}
        current = started.get(number) or caller.running.transaction_on(number)
        energy = _energy_wh(results, current)
        if connector is not None and energy is not None:
            facts += (Measured(connector, energy_wh=energy),)
        return Answer({}, facts=facts, started=started, alive=alive)

    return Hold(Kind.SAMPLES, found, answer, meanwhile=() if measured is None else (measured,))


def _energy_wh(results: tuple[SampleResult, ...], transaction: int | None) -> int | None:
    """Of the running session; a replay of an earlier one says nothing of it."""
    mine = (r.session_energy_wh for r in reversed(results) if transaction is not None and r.transaction == transaction)
    return next((energy for energy in mine if energy is not None), None)


def _started(running: RunningTransaction, caller: Caller) -> TransactionStarted:
    return TransactionStarted(
        running.connector,
        running.transaction,
        vip=running.vip,
        id_tag=running.id_tag,
        energy_wh=running.energy_wh,
        age_s=max((caller.at - running.started_at).total_seconds(), 0.0),
        blocked=running.blocked,
    )
