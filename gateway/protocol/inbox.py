"""CALLs from the station, until each has its one answer."""

from collections.abc import Callable

from engine.facts import TransactionStopped
from gateway.inbound import QUIET, ROUTES, UNINSTALLED
from gateway.protocol import schema
from gateway.protocol.context import Context
from gateway.protocol.effects import Close
from gateway.protocol.framing import Call, ErrorCode, build_error, build_result
from gateway.protocol.refusals import Refusal
from gateway.protocol.replies import Answer, Caller, Hold
from gateway.protocol.store import Kind
from gateway.protocol.values import FieldError
from gateway.protocol.wording import told
from journal.records import Said
from transactions.records import Closed, IdleReport

MAX_UNANSWERED = 64
BOOT = "BootNotification"
_KNOWN = schema.known_actions()


class Inbox:
    """`answered(call, answer)` is called after an answer left; `answer` None: it was an error."""

    def __init__(self, context: Context, answered: Callable[[Call, Answer | None], None]) -> None:
        self._context = context
        self._answered = answered
        self._waiting: dict[int, tuple[Call, Hold]] = {}
        self._closing: set[int] = set()

    def receive(self, call: Call) -> None:
        if any(call.unique_id == waiting.unique_id for waiting, _ in self._waiting.values()):
            # Sent again before we could answer: the one answer is on its way.
            return
        if len(self._waiting) >= MAX_UNANSWERED:
            self._context.effects.append(Close(1008, Said("closed_crowded")))
            return
        refusal = self._refusal(call.action)
        if refusal is not None:
            self._refuse(call, refusal)
            return
        self._check(call)
        context = self._context
        behind = context.clock.behind(context.at, context.now)
        caller = Caller(context.station, context.at, context.note, context.charges, behind)
        try:
            reply = ROUTES[call.action](caller, call.payload)
        except FieldError as error:
            self._refuse(call, error.refusal)
            return
        if call.action not in QUIET:
            self._journal(call, told(call.payload))
        if isinstance(reply, Answer):
            self._answer(call, reply)
        elif call.action != BOOT and not self._context.station.installed:
            self._answer(call, Answer({}))
        else:
            self._hold(call, reply)

    def stored(self, token: int, result: object) -> None:
        waiting = self._waiting.pop(token, None)
        if waiting is not None:
            call, hold = waiting
            self._answer(call, hold.then(result))
        elif token in self._closing and isinstance(result, list | tuple):
            self._closing.discard(token)
            self._closed([closed for closed in result if isinstance(closed, Closed)])

    def failed(self, token: int) -> None:
        self._closing.discard(token)
        waiting = self._waiting.pop(token, None)
        if waiting is None:
            return
        call, hold = waiting
        for fact in hold.failed:
            self._context.feed(fact)
        self._refuse(call, Refusal(ErrorCode.INTERNAL, "not_stored"))

    def close_missing_stops(self) -> None:
        """T5, once the grace of a connector is over."""
        context = self._context
        for number, why in context.charges.due(context.now):
            self._closing.add(context.store(Kind.IDLE, IdleReport(context.station.id, number, context.at, why)))

    def _refusal(self, action: str) -> Refusal | None:
        if action not in ROUTES:
            code = ErrorCode.NOT_SUPPORTED if action in _KNOWN else ErrorCode.NOT_IMPLEMENTED
            return Refusal(code, "action_not_served")
        if not self._context.station.installed and action not in UNINSTALLED:
            return Refusal(ErrorCode.SECURITY, "station_not_installed")
        return None

    def _check(self, call: Call) -> None:
        """The schema's opinion is a quirk; what counts is whether the message can be understood."""
        code = f"schema:{call.action}"
        if not schema.fits(call.action, call.payload) and not self._context.knows_quirk(code):
            self._context.note(code, schema.explain(call.action, call.payload))

    def _hold(self, call: Call, hold: Hold) -> None:
        self._waiting[self._context.store(hold.kind, hold.payload)] = (call, hold)
        for fact in hold.meanwhile:
            self._context.feed(fact)

    def _answer(self, call: Call, answer: Answer) -> None:
        self._context.send(build_result(call.unique_id, answer.payload))
        charges = self._context.charges
        for transaction in answer.stopped:
            charges.stopped(transaction)
        for number, transaction in answer.started.items():
            charges.started(number, transaction)
        for number in answer.alive:
            charges.alive(number)
        for number, why in answer.idle.items():
            charges.doubt(number, why, self._context.now)
        self._answered(call, answer)

    def _refuse(self, call: Call, refusal: Refusal) -> None:
        self._journal(call, refusal.said)
        self._context.send(build_error(call.unique_id, refusal.error, refusal.why))
        self._answered(call, None)

    def _journal(self, call: Call, message: str | Said) -> None:
        """Of installed stations only: anybody can invent an identity and fill the journal."""
        if self._context.station.installed:
            self._context.journal("ocpp", call.action, message)

    def _closed(self, closed: list[Closed]) -> None:
        for one in closed:
            self._context.charges.stopped(one.transaction)
            if one.connector is not None and self._context.station.installed:
                self._context.feed(TransactionStopped(one.connector, one.transaction))
