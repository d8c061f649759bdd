"""CALLs to the station: writes, operators' commands and the set-up, each with its one end reported."""

from collections.abc import Collection
from dataclasses import replace

from chargers.records import ConfigurationReport, LearnedReport
from engine.commands import Target, Write
from engine.facts import Outcome, StartExpected, WriteEnded, WriteResisted
from gateway.outbound import outcome, set_charging_profile
from gateway.outbound.profile_form import Form
from gateway.outbound.request import Request
from gateway.protocol import schema, setup
from gateway.protocol.calls import FENCED, SUPERSEDED, Calls, Ended, Outgoing, Priority, Sent
from gateway.protocol.context import Context
from gateway.protocol.effects import Answered
from gateway.protocol.events import CallRequested
from gateway.protocol.framing import CallError, CallResult
from gateway.protocol.ladder import Ladder, words
from gateway.protocol.store import Kind
from gateway.protocol.wording import ended_told

_KNOWN = schema.known_actions()


class Dispatcher:
    """`open` says whether the station may be addressed."""

    def __init__(self, context: Context, prefix: str) -> None:
        self._context = context
        self._calls = Calls(prefix)
        self._steps: setup.Steps | None = None
        self._step: Outgoing | None = None
        self._setup_at: float | None = None
        self._ladder = Ladder(context.station.learned)

    @property
    def open(self) -> bool:
        return self._calls.open

    def address(self) -> None:
        """The station may be addressed from now on; its set-up follows when there is time."""
        self._calls.open = True
        self._setup_at = self._context.now + setup.delay_s(self._context.station.id)

    def hold(self) -> None:
        """Nothing more leaves until the next `address`."""
        self._calls.open = False

    def write(self, write: Write) -> None:
        if self._context.closed:
            self._context.feed(WriteEnded(write.connector, write.generation, Outcome.UNSENT))
            return
        self._write_as(write, self._ladder.form(write, self._context.station))

    def _write_as(self, write: Write, form: Form) -> None:
        request = set_charging_profile.build(write, form, self._context.station_at)
        priority = Priority.LIMIT if write.target is Target.LIMIT else Priority.DEFAULT
        self._submit(Outgoing(request, priority, write=write, form=form))

    def command(self, event: CallRequested) -> None:
        """Strict: what does not fit the schema never leaves."""
        if event.action not in _KNOWN:
            why = "unknown action"
        elif not schema.fits(event.action, event.payload):
            why = schema.explain(event.action, event.payload)
        else:
            why = "not connected" if self._context.closed else ""
        if why:
            self._context.effects.append(Answered(event.token, Outcome.UNSENT, {}, why))
            return
        priority = Priority.STOP if event.action == "RemoteStopTransaction" else Priority.COMMAND
        request = Request(event.action, event.payload)
        self._submit(Outgoing(request, priority, token=event.token, by=event.by))

    def response(self, frame: CallResult | CallError) -> None:
        if isinstance(frame, CallError):
            why = f"{frame.code} {frame.description}".strip()
            ended = self._calls.answer(frame.unique_id, Outcome.ERROR, {}, why)
        else:
            ended = self._calls.answer(frame.unique_id, Outcome.ACCEPTED, frame.payload)
        if ended is None:
            self._context.note("answer", f"to no call of ours: {str(frame.unique_id)[:40]}")
        for end in ended or ():
            self._end(end)

    def advance(self, silent: Collection[int]) -> None:
        """Send what may leave now; what ends makes room for the next. `silent`: see `setup.steps`."""
        while True:
            self._begin_setup(silent)
            done = self._calls.pump(self._context.now, writes=self._context.may_write())
            for item in done:
                if isinstance(item, Sent):
                    self._expect_start(item.call)
                    self._context.send(item.text)
                else:
                    self._end(item)
            if not done:
                return

    def close(self) -> None:
        self._steps = None
        for ended in self._calls.close():
            self._end(ended)

    def next_at(self) -> float | None:
        instants = [at for at in (self._calls.next_at(),) if at is not None]
        if self._setup_at is not None and self._calls.open and self._calls.idle:
            instants.append(self._setup_at)
        return min(instants, default=None)

    def _submit(self, call: Outgoing) -> None:
        for ended in self._calls.submit(call, self._context.now):
            self._end(ended)

    def _expect_start(self, call: Outgoing) -> None:
        """A remote start may begin before its answer is here."""
        if call.request.action != "RemoteStartTransaction" or not self._context.station.installed:
            return
        wanted = call.request.payload.get("connectorId")
        for number, connector in self._context.station.connectors.items():
            if wanted in (None, number) and self._context.charges.transaction_on(number) is None:
                self._context.feed(StartExpected(connector))

    def _end(self, ended: Ended) -> None:
        call, result = ended.call, ended.outcome
        if result is Outcome.ACCEPTED:
            result = outcome(call.request.action, ended.payload)
            self._check(call.request.action, ended)
        if call.write is not None and self._climbs(ended, result):
            return
        self._journal(ended, result)
        if call.write is not None:
            # After a TIMEOUT only a late Accepted is news.
            if not ended.late or result is Outcome.ACCEPTED:
                self._context.feed(WriteEnded(call.write.connector, call.write.generation, result))
        elif call.token is not None:
            self._context.effects.append(Answered(call.token, result, ended.payload, ended.why))
        elif call is self._step:
            self._step = None
            self._take_step(replace(ended, outcome=result))

    def _climbs(self, ended: Ended, result: Outcome) -> bool:
        """Let the ladder know; True where the same write is tried in another form, so that it has not ended."""
        call, ladder, station = ended.call, self._ladder, self._context.station
        assert call.write is not None
        assert call.form is not None
        fresh = False
        if result is Outcome.ACCEPTED:
            fresh = ladder.accepted(call.write, call.form)
        elif result in (Outcome.REJECTED, Outcome.ERROR):
            following = ladder.refused(call.write, call.form, station)
            if following is not None and not ended.late and not self._calls.overtaken(call):
                if not call.write.durable:
                    self._context.feed(WriteResisted(call.write.connector, call.write.generation))
                self._write_as(call.write, following)
                return True
            if following is None:
                why = words(result, ended.payload, ended.why)
                if call.write.target is not Target.LIMIT or self._shows(call.write):
                    fresh = ladder.exhausted(call.write.target, why, self._context.now, self._context.at)
        elif result is Outcome.TIMEOUT and ended.why not in {SUPERSEDED, FENCED}:
            ladder.unanswered(call.write, call.form, station)
        ladder.forget(call.write)
        if fresh:
            self._remember()
        return False

    def _shows(self, write: Write) -> bool:
        """The station itself told of the transaction: a limit of one that it lost is refused rightly."""
        return self._context.charges.transaction_on(write.number) == write.transaction

    def _remember(self) -> None:
        learned = self._ladder.learned
        self._context.station = replace(self._context.station, learned=learned)
        self._context.store(Kind.LEARNED, LearnedReport(self._context.station.id, self._context.at, learned))

    def know(self) -> None:
        """The station's row was read again: what it says of the forms is newer than what this connection knew."""
        self._ladder.learned = self._context.station.learned

    def _check(self, action: str, ended: Ended) -> None:
        name = f"{action}Response"
        if not schema.fits(name, ended.payload) and not self._context.knows_quirk(f"schema:{name}"):
            self._context.note(f"schema:{name}", schema.explain(name, ended.payload))

    def _journal(self, ended: Ended, result: Outcome) -> None:
        """Commands with their answers. Of profile writes those that went wrong: control journals the setpoints."""
        call = ended.call
        if call.write is not None and result in {Outcome.ACCEPTED, Outcome.UNSENT}:
            return
        self._context.journal("command", call.request.action, ended_told(ended, result))

    def _begin_setup(self, silent: Collection[int]) -> None:
        if self._setup_at is None or self._context.now < self._setup_at or self._steps is not None:
            return
        if self._calls.open and self._calls.idle:
            self._setup_at = None
            if self._ladder.retry_due(self._context.at):
                self._remember()
            self._steps = setup.steps(self._context.station, silent)
            self._take_step(None)

    def _take_step(self, ended: Ended | None) -> None:
        """Go on to the next request of the set-up, keeping what it learns on the way."""
        while self._steps is not None:
            try:
                step = self._steps.send(ended)
            except StopIteration:
                self._steps = None
                return
            if isinstance(step, Request):
                self._step = Outgoing(step, Priority.CONFIG)
                self._submit(self._step)
                return
            self._learn(step)
            ended = None

    def _learn(self, learned: setup.Learned) -> None:
        station = self._context.station
        report = ConfigurationReport(station.id, self._context.at, learned.keys, learned.refused)
        self._context.store(Kind.CONFIGURATION, report)
        self._context.station = replace(
            station,
            configuration={**station.configuration, **learned.keys},
            refused={**station.refused, **learned.refused},
        )
