"""Which form a station takes its limits in: tried one after the other, and what it took is remembered (S16).

The forms of a target mean the same, so going down costs nothing but a moment. To take no transaction profile at all
costs the station its live limit above the degraded share: that is found only when every form was refused for
`PATIENCE_S`, while defaults were accepted, and without words that say it is for a while. After `RETRY` it is tried
again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chargers.abilities import Learned, read
from chargers.records import StationRecord
from engine.commands import Target, Write
from engine.facts import Outcome
from gateway.outbound.profile_form import Form, forms

PATIENCE_S = 150.0
"""Stations refuse for a while: at boot, after a fault, while their own load management starts."""
ROUNDS = 3
SILENT_TRIES = 2
"""So often in a row a form may stay without an answer before the next one is tried."""
RETRY = timedelta(days=7)
TEMPORARY = ("busy", "disabled", "not ready", "try again", "temporar", "load balanc", "external system", "starting")
"""Words of a refusal that somebody or time will end."""


@dataclass(slots=True)
class Rung:
    """Where a target stands. `refused_since`: every form has been refused since then, `rounds` times."""

    form: Form | None = None
    silent: int = 0
    refused_since: float | None = None
    rounds: int = 0


class Ladder:
    """Of one connection. `learned` is what the station's row should say."""

    def __init__(self, learned: Learned) -> None:
        self.learned = learned
        self._rungs = {target: Rung() for target in Target}
        self._tried: dict[int, set[str]] = {}

    def form(self, write: Write, station: StationRecord) -> Form:
        """The form to write in now."""
        possible = forms(write, read(station.configuration))
        rung = self._rungs[write.target]
        if rung.form in possible:
            return rung.form
        known = self.learned.forms.get(write.target.value)
        return next((form for form in possible if form.code == known), possible[0])

    def accepted(self, write: Write, form: Form) -> bool:
        """True where something is new about the station."""
        rung = self._rungs[write.target]
        rung.form, rung.silent, rung.refused_since, rung.rounds = form, 0, None, 0
        before = self.learned
        taken = {**before.forms, write.target.value: form.code}
        self.learned = replace(before, forms=taken)
        if write.target is Target.LIMIT:
            self.learned = replace(self.learned, default_only=False, since="", refusal="")
        return self.learned != before

    def refused(self, write: Write, form: Form, station: StationRecord) -> Form | None:
        """The next form to try for the same write; None where it was refused in all of them."""
        possible = forms(write, read(station.configuration))
        tried = self._tried.setdefault(write.generation, set())
        tried.add(form.code)
        rung = self._rungs[write.target]
        rung.silent = 0
        left = [other for other in possible if other.code not in tried]
        if left:
            rung.form = left[0]
            return left[0]
        # The next write begins where this one did.
        rung.form = None
        return None

    def unanswered(self, write: Write, form: Form, station: StationRecord) -> None:
        """No answer to any try: some stations never answer a form that they do not know."""
        rung = self._rungs[write.target]
        rung.silent += 1
        if rung.silent >= SILENT_TRIES:
            possible = forms(write, read(station.configuration))
            at = possible.index(form) + 1 if form in possible else 0
            rung.form, rung.silent = possible[at % len(possible)], 0

    def exhausted(self, target: Target, why: str, now: float, at: datetime) -> bool:
        """Every form of a write was refused. True where something is new about the station."""
        rung, before = self._rungs[target], self.learned
        if rung.refused_since is None:
            rung.refused_since = now
        rung.rounds += 1
        self.learned = replace(before, refusal=why)
        lasting = rung.rounds >= ROUNDS and now - rung.refused_since >= PATIENCE_S
        if target is Target.LIMIT and lasting and self._takes_defaults() and not is_temporary(why):
            self.learned = replace(self.learned, default_only=True, since=at.isoformat(timespec="seconds"))
        return self.learned != before

    def retry_due(self, at: datetime) -> bool:
        """It took no transaction profile so long ago that it is tried again: True where that is new."""
        if not self.learned.default_only or not _is_past(self.learned.since, at - RETRY):
            return False
        self.learned = replace(self.learned, default_only=False, since="")
        return True

    def forget(self, write: Write) -> None:
        """The write has ended."""
        self._tried.pop(write.generation, None)

    def _takes_defaults(self) -> bool:
        default = self._rungs[Target.DEFAULT]
        return default.form is not None and default.refused_since is None


def is_temporary(why: str) -> bool:
    said = why.casefold()
    return any(word in said for word in TEMPORARY)


def words(outcome: Outcome, payload: dict[str, object], why: str) -> str:
    """What it said, for people: its status, and whatever stands beside it."""
    told = [str(value) for value in payload.values() if isinstance(value, str)]
    return " ".join([*told, why]).strip()[:200] or outcome.value


def _is_past(since: str, at: datetime) -> bool:
    try:
        return datetime.fromisoformat(since) < at
    except (TypeError, ValueError):
        return True
