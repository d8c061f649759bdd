import asyncio
import json
from typing import Any

from common import hints
from common.text import unbroken
from dashboard.board import KEPT_DIFFS, Board
from dashboard.documents import Document
from tests.dashboard import documents as build

Heard = dict[str, Any]


class Site:
    """A source of documents that a test moves on."""

    def __init__(self, document: Document | None = None) -> None:
        self.document = document
        self.reads = 0
        self.board = Board(self.read, period_s=0.1, alive_s=0.3)

    def read(self, known: Document | None) -> Document | None:
        self.reads += 1
        return self.document

    def move(self, seq: int, **changed: Any) -> None:
        self.document = build.document(connectors=[build.connector(**changed)], seq=seq)
        hints.send("document", {"seq": seq})

    async def hear(self, after: str = "", language: str = "en") -> tuple[Heard, str]:
        message = await asyncio.wait_for(self.board.news(language, after), 5)
        return json.loads(message.text), message.version


async def test_a_newcomer_gets_everything() -> None:
    site = Site(build.document())
    with site.board.watched("en"):
        heard, _ = await site.hear()
    assert heard["t"] == "all"
    assert heard["rows"]["c1"]["set"] == unbroken("16 A")


async def test_who_has_everything_gets_what_changed() -> None:
    site = Site(build.document())
    with site.board.watched("en"):
        _, version = await site.hear()
        site.move(2, setpoint_a=10.0, confirmed_a=16.0)
        heard, _ = await site.hear(version)
    assert heard["t"] == "diff"
    assert heard["rows"]["c1"]["set"] == unbroken("10 A")
    assert "m1" not in heard["rows"]["c1"]


async def test_who_missed_some_gets_them_in_one() -> None:
    site = Site(build.document())
    with site.board.watched("en"):
        _, version = await site.hear()
        latest = version
        for seq, current in ((2, 10.0), (3, 9.0)):
            site.move(seq, setpoint_a=current)
            _, latest = await site.hear(latest)
        heard, reached = await site.hear(version)
    assert heard["t"] == "diff"
    assert heard["rows"]["c1"]["set"] == unbroken("9 A")
    assert reached == latest


async def test_who_was_away_too_long_gets_everything() -> None:
    site = Site(build.document())
    with site.board.watched("en"):
        heard, _ = await site.hear("12@2020-01-01T00:00:00Z")
    assert heard["t"] == "all"
    assert KEPT_DIFFS >= 5


async def test_without_news_there_is_a_sign_of_life_with_the_age() -> None:
    site = Site(build.document())
    with site.board.watched("en"):
        _, version = await site.hear()
        heard, same = await site.hear(version)
    assert heard["t"] == "alive"
    assert heard["age"] > 1_000
    assert same == version


async def test_languages_are_drawn_side_by_side() -> None:
    site = Site(build.document())
    with site.board.watched("en"), site.board.watched("fr"):
        english, _ = await site.hear()
        french, _ = await site.hear(language="fr")
    assert (english["rows"]["c1"]["m1"], french["rows"]["c1"]["m1"]) == ("15.8", "15,8")


async def test_many_dashboards_cost_one_reading_a_tick() -> None:
    site = Site(build.document())
    with site.board.watched("en"):
        await asyncio.gather(*(site.hear() for _ in range(20)))
    assert site.reads == 1


async def test_changes_come_at_most_once_a_period() -> None:
    site = Site(build.document())
    with site.board.watched("en"):
        _, version = await site.hear()
        began = asyncio.get_running_loop().time()
        for seq in range(2, 12):
            site.move(seq, setpoint_a=float(seq))
            await asyncio.sleep(0.001)
        heard, version = await site.hear(version)
        took_s = asyncio.get_running_loop().time() - began
    assert took_s >= 0.08
    assert heard["rows"]["c1"]["set"] == unbroken("11 A")


async def test_a_new_configuration_sends_everything_with_its_layout() -> None:
    site = Site(build.document())
    with site.board.watched("en"):
        before, version = await site.hear()
        site.document = build.document(seq=2, site_version=2)
        heard, _ = await site.hear(version)
    assert heard["t"] == "all"
    assert heard["layout"] != before["layout"]


async def test_a_sequence_that_starts_again_is_news() -> None:
    site = Site(build.document(seq=500))
    with site.board.watched("en"):
        _, version = await site.hear()
        site.document = build.document(seq=1, at="2026-01-01T13:00:00Z")
        heard, _ = await site.hear(version)
    assert heard["v"].startswith("1@")


async def test_nobody_watching_costs_nothing() -> None:
    site = Site(build.document())
    with site.board.watched("en"):
        await site.hear()
    reads = site.reads
    await asyncio.sleep(0.3)
    assert site.reads == reads
    assert not site.board.editions


async def test_who_comes_after_the_last_has_left_is_served() -> None:
    site = Site(build.document())
    for _ in range(2):
        with site.board.watched("en"):
            heard, _ = await site.hear()
    assert heard["t"] == "all"


async def test_a_database_that_fails_does_not_end_the_ticker() -> None:
    site = Site(build.document())
    site.board.read = lambda known: 1 / 0  # type: ignore[assignment, return-value]  # a fault on purpose
    with site.board.watched("en"):
        await asyncio.sleep(0.1)
        site.board.read = site.read
        heard, _ = await site.hear()
    assert heard["t"] == "all"
