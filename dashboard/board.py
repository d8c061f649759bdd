"""One ticker per process draws the site for all dashboards: once per language, at most once a second.

So the cost does not depend on how many messages stations send, and little on how many dashboards look on. A
dashboard asks for what is newer than what it has: it gets a diff, or everything, or after a while a sign of life.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import close_old_connections
from django.utils import translation

from common import clock, hints
from dashboard import documents
from dashboard.documents import Document
from dashboard.sheet import Changes, Sheet, changes, draw, live_rows

PERIOD_S = 1.0
ALIVE_S = 2.0
"""Without news a dashboard hears this often that the connection lives, and how old the figures are."""
KEPT_DIFFS = 30
"""A dashboard that comes back within so many changes gets the diffs that it missed."""

log = logging.getLogger(__name__)

Read = Callable[[Document | None], Document | None]


@dataclass(frozen=True, slots=True)
class Message:
    """`version` is what a dashboard has after it: the `after` of its next question."""

    text: str
    version: str


@dataclass(frozen=True, slots=True)
class Diff:
    before: str
    after: str
    rows: Changes
    text: str


@dataclass(slots=True)
class Edition:
    """The newest sheet of a language, its text once somebody needed all of it, and the last diffs."""

    sheet: Sheet
    diffs: deque[Diff] = field(default_factory=lambda: deque(maxlen=KEPT_DIFFS))
    whole: str = ""


@dataclass
class Board:
    """All methods are called on the event loop; `read` and the drawing run on a thread of its own."""

    read: Read = documents.newer
    period_s: float = PERIOD_S
    alive_s: float = ALIVE_S
    editions: dict[str, Edition] = field(default_factory=dict)
    _watching: dict[str, int] = field(default_factory=dict)
    _document: Document | None = None
    _task: asyncio.Task[None] | None = None
    _hint: asyncio.Event = field(default_factory=asyncio.Event)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _executor: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "evce-dashboard"))

    @contextmanager
    def watched(self, language: str) -> Iterator[None]:
        """The ticker runs while somebody watches, and draws the languages that are watched."""
        self._watching[language] = self._watching.get(language, 0) + 1
        if self._task is None or self._task.done():
            self._hint, self._news = asyncio.Event(), asyncio.Event()
            self._task = asyncio.get_running_loop().create_task(self._run())
        else:
            self._hint.set()
        try:
            yield
        finally:
            self._watching[language] -= 1
            if not self._watching[language]:
                del self._watching[language]
                self.editions.pop(language, None)
            if not self._watching and self._task is not None:
                self._task.cancel()
                self._task = None

    async def news(self, language: str, after: str) -> Message:
        """What a dashboard that has the version `after` ("" for nothing) must hear next; waits for it."""
        until = clock.monotonic() + self.alive_s
        while True:
            edition = self.editions.get(language)
            if edition is not None and version(edition.sheet) != after:
                text = _text(edition, after)
                return Message(_stamped(text, self._document), version(edition.sheet))
            waiting = self._news
            try:
                await asyncio.wait_for(waiting.wait(), max(0.0, until - clock.monotonic()))
            except TimeoutError:
                return self._sign_of_life(after)

    def _sign_of_life(self, after: str) -> Message:
        return Message(_stamped(_encode({"t": "alive"}), self._document), after)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        hint = self._hint
        stop = hints.listen("document", lambda _: _wake(loop, hint))
        try:
            while True:
                began = clock.monotonic()
                await self._tick(loop)
                # Control publishes once a second as well: follow its beat, and look by ourselves without it.
                await asyncio.sleep(max(0.0, 0.9 * self.period_s - (clock.monotonic() - began)))
                try:
                    await asyncio.wait_for(hint.wait(), self.period_s / 4)
                except TimeoutError:
                    pass
                hint.clear()
        finally:
            stop()

    async def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            drawn = await loop.run_in_executor(self._executor, self._draw, list(self._watching))
        except Exception:  # loop guard: a stalled database leaves dashboards stale, and says so, but not dead
            log.exception("the dashboards could not be drawn")
            return
        for language, edition in drawn.items():
            if language in self._watching:
                self.editions[language] = edition
        if drawn:
            done, self._news = self._news, asyncio.Event()
            done.set()

    def _draw(self, languages: list[str]) -> dict[str, Edition]:
        """On the board's thread: the languages that have something new."""
        close_old_connections()
        document = self._document = self.read(self._document)
        if document is None:
            return {}
        drawn = {}
        for language in languages:
            edition = self.editions.get(language)
            if edition is not None and version(edition.sheet) == version_of(document):
                continue
            with translation.override(language):
                drawn[language] = _next(edition, document)
        return drawn


def version(sheet: Sheet) -> str:
    return f"{sheet.seq}@{sheet.at}"


def version_of(document: Document) -> str:
    """The sequence alone starts again with the process that counts it."""
    return f"{document['seq']}@{document['at']}"


def _wake(loop: asyncio.AbstractEventLoop, hint: asyncio.Event) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(hint.set)


def _next(edition: Edition | None, document: Document) -> Edition:
    old = None if edition is None else edition.sheet
    sheet = draw(document, old)
    if edition is None or old is None or old.layout != sheet.layout:
        return Edition(sheet)
    rows = changes(old, sheet)
    diff = Diff(version(old), version(sheet), rows, _diff_text(sheet, rows))
    return Edition(sheet, deque([*edition.diffs, diff], maxlen=KEPT_DIFFS))


def _text(edition: Edition, after: str) -> str:
    """The diff from `after` on where it is still known, else everything."""
    missed = _missed(edition.diffs, after)
    if len(missed) == 1:
        return missed[0].text
    if missed:
        return _diff_text(edition.sheet, _merged(missed))
    if not edition.whole:
        edition.whole = _encode(_header("all", edition.sheet) | {"rows": live_rows(edition.sheet)})
    return edition.whole


def _missed(diffs: deque[Diff], after: str) -> list[Diff]:
    for position, diff in enumerate(diffs):
        if diff.before == after:
            return list(diffs)[position:]
    return []


def _merged(diffs: list[Diff]) -> Changes:
    rows: Changes = {}
    for diff in diffs:
        for key, cells in diff.rows.items():
            rows[key] = {**rows.get(key, {}), **cells}
    return rows


def _diff_text(sheet: Sheet, rows: Changes) -> str:
    return _encode(_header("diff", sheet) | {"rows": rows})


def _header(kind: str, sheet: Sheet) -> dict[str, object]:
    return {"t": kind, "v": version(sheet), "layout": sheet.layout}


def _stamped(text: str, document: Document | None) -> str:
    """With the age of the figures at this moment; the text itself is shared and kept."""
    age = "null" if document is None else f"{documents.age_s(document, clock.now()):.1f}"
    return f'{text[:-1]},"age":{age}}}'


def _encode(message: dict[str, object]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


board = Board()
