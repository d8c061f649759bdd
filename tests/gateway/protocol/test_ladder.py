"""S16: a limit is tried in one form after the other, and what the station took is remembered."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chargers.abilities import Learned
from engine.commands import Target, Write
from engine.facts import Outcome, TransactionStarted, WriteEnded, WriteResisted
from gateway.protocol.ladder import PATIENCE_S, Ladder, is_temporary
from gateway.protocol.memory import MemoryStore
from tests.gateway.talk import Talk, a_station, a_write, at, stamp

Takes = Callable[[dict[str, Any]], bool]
DEFAULT = a_write(target=Target.DEFAULT, transaction=None)


def profile_of(call: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = call[3]["csChargingProfiles"]
    return found


def form_of(profile: dict[str, Any]) -> str:
    unit = profile["chargingSchedule"]["chargingRateUnit"]
    return f"{profile['chargingProfileKind']}/{profile['stackLevel']}/{unit}"


class Site:
    """A session and a station that takes what `takes` says of a profile."""

    def __init__(self, takes: Takes, words: dict[str, Any] | None = None, talk: Talk | None = None) -> None:
        self.talk = talk or Talk().ready()
        self.takes, self.words = takes, words or {"status": "Rejected"}
        self.generation = 0
        self.talk.call("StartTransaction", connectorId=1, idTag="A", meterStart=0, timestamp=stamp(0))
        (started,) = self.talk.told(TransactionStarted)
        self.transaction = started.transaction

    def write(self, write: Write | None = None) -> list[str]:
        """The forms that it was tried in."""
        self.generation += 1
        self.talk.forget()
        wanted = write or a_write(transaction=self.transaction)
        self.talk.write(replace(wanted, generation=self.generation))
        answered = 0
        while len(self.talk.calls("SetChargingProfile")) > answered:
            call = self.talk.calls("SetChargingProfile")[answered]
            answered += 1
            self.talk.reply(call, **({"status": "Accepted"} if self.takes(profile_of(call)) else self.words))
        return [form_of(profile_of(call)) for call in self.talk.calls("SetChargingProfile")]

    @property
    def outcome(self) -> Outcome:
        (ended,) = self.talk.told(WriteEnded)
        return ended.outcome

    @property
    def learned(self) -> Learned:
        return self.talk.store.stations[7].learned


@pytest.mark.parametrize(
    ("takes", "tried"),
    [
        (lambda p: True, ["Absolute/1/A"]),
        (lambda p: p["chargingProfileKind"] == "Relative", ["Absolute/1/A", "Relative/1/A"]),
        (lambda p: p["stackLevel"] == 0, ["Absolute/1/A", "Relative/1/A", "Absolute/0/A"]),
        (
            lambda p: p["chargingSchedule"]["chargingRateUnit"] == "W",
            ["Absolute/1/A", "Relative/1/A", "Absolute/0/A", "Relative/0/A", "Absolute/1/W"],
        ),
    ],
    ids=["first", "kind", "level", "unit"],
)
def test_the_next_form_is_tried_until_the_station_takes_one(takes: Takes, tried: list[str]) -> None:
    site = Site(takes)
    assert site.write() == tried
    assert site.outcome is Outcome.ACCEPTED
    assert site.learned.forms == {"limit": tried[-1]}
    assert site.write() == tried[-1:]


@pytest.mark.parametrize(("durable", "told"), [(False, 4), (True, 0)], ids=["decrease", "raise"])
def test_control_hears_at_once_that_a_decrease_is_resisted(durable: bool, told: int) -> None:
    site = Site(lambda p: p["chargingSchedule"]["chargingRateUnit"] == "W")
    site.write(a_write(transaction=site.transaction, durable=durable))
    assert site.talk.told(WriteResisted) == [WriteResisted(71, 1)] * told
    assert site.outcome is Outcome.ACCEPTED


def test_what_was_learned_is_where_the_next_connection_begins() -> None:
    site = Site(lambda p: p["stackLevel"] == 0)
    site.write()
    again = Site(site.takes, talk=Talk(site.talk.store.stations[7]).ready())
    assert again.write() == ["Absolute/0/A"]


def test_one_that_takes_nothing_has_refused_once_all_forms_were_tried() -> None:
    site = Site(lambda p: False)
    assert len(site.write()) == 8
    assert site.outcome is Outcome.REJECTED
    assert not site.learned.default_only


def test_what_the_station_says_decides_where_to_begin() -> None:
    keys = {**a_station().configuration, "ChargingScheduleAllowedChargingRateUnit": "Power"}
    site = Site(lambda p: True, talk=Talk(a_station(configuration=keys)).ready())
    assert site.write(replace(a_write(), limit_w=4_140)) == ["Absolute/1/W"]
    keys["ChargeProfileMaxStackLevel"] = "0"
    site = Site(lambda p: True, talk=Talk(a_station(configuration=keys)).ready())
    assert site.write() == ["Absolute/0/W"]


def test_a_form_that_is_never_answered_gives_way_to_the_next_one() -> None:
    """Seen in the field: no answer at all to absolute profiles."""
    talk = Talk().ready()
    for generation in (1, 2, 3):
        talk.write(a_write(generation=generation))
        talk.pass_time(16)
    forms = [form_of(profile_of(call)) for call in talk.calls("SetChargingProfile")]
    assert forms == ["Absolute/1/A"] * 6 + ["Relative/1/A"] * 3


def test_a_newer_write_is_not_pushed_aside_by_an_older_one_in_another_form() -> None:
    talk = Talk().ready()
    talk.write(a_write(32_000, generation=1))
    talk.write(a_write(10_000, generation=2))
    talk.reply(talk.calls()[0], status="Rejected")
    limits = [profile_of(c)["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] for c in talk.calls()]
    assert limits == [32.0, 10.0]
    assert [(f.generation, f.outcome) for f in talk.told(WriteEnded)] == [(1, Outcome.REJECTED)]


def no_transaction_profiles(profile: dict[str, Any]) -> bool:
    return profile["chargingProfilePurpose"] == "TxDefaultProfile"


def refuse_for(site: Site, seconds: float) -> None:
    for _ in range(int(seconds // 30) + 1):
        site.write(DEFAULT)
        site.write()
        site.talk.pass_time(30)


def test_one_that_takes_no_transaction_profile_for_long_has_standing_ones_only() -> None:
    site = Site(no_transaction_profiles)
    refuse_for(site, PATIENCE_S - 60)
    assert not site.learned.default_only
    refuse_for(site, 90)
    assert site.learned.default_only
    assert site.learned.refusal == "Rejected"


def test_one_that_refuses_defaults_too_has_nothing() -> None:
    site = Site(lambda p: False)
    refuse_for(site, PATIENCE_S * 3)
    assert not site.learned.default_only


def test_a_limit_of_a_transaction_that_the_station_lost_is_refused_rightly() -> None:
    """Its Stop never came: EVCE still takes it for running."""
    site = Site(no_transaction_profiles)
    site.transaction += 1
    refuse_for(site, PATIENCE_S * 3)
    assert not site.learned.default_only


@pytest.mark.parametrize(
    "why", ["Load balancer is disabled", "EM controlled by external system is disabled", "busy, try again"]
)
def test_a_refusal_for_a_while_demotes_nobody_and_its_words_are_kept(why: str) -> None:
    site = Site(no_transaction_profiles, {"status": "Rejected", "info": why})
    refuse_for(site, PATIENCE_S * 3)
    assert not site.learned.default_only
    assert site.learned.refusal == f"Rejected {why}"
    assert is_temporary(why)


def test_one_that_takes_them_again_is_believed_at_once() -> None:
    site = Site(no_transaction_profiles)
    refuse_for(site, PATIENCE_S + 60)
    site.takes = lambda p: True
    site.write()
    assert site.learned == Learned(forms={"default": "Relative/0/A", "limit": "Absolute/1/A"})


def test_after_a_week_it_is_tried_again() -> None:
    ladder = Ladder(Learned(default_only=True, since=at(0).isoformat()))
    assert not ladder.retry_due(at(6 * 86_400))
    assert ladder.retry_due(at(8 * 86_400))
    assert not ladder.learned.default_only


def test_control_hears_when_a_station_is_to_be_managed_in_another_way() -> None:
    heard: list[int] = []
    store = MemoryStore({7: a_station()}, {})
    store.reconfigured = lambda: heard.append(1)
    site = Site(lambda p: p["stackLevel"] == 0, talk=Talk(store=store).ready())
    site.write()
    assert heard == []
    site.takes = lambda p: p["chargingSchedule"]["chargingRateUnit"] == "W"
    site.write()
    assert heard == [1]
