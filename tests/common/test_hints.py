"""Hints inside a process."""

from typing import Any

from common import hints


def test_every_listener_of_the_topic_hears_a_hint() -> None:
    heard: list[dict[str, Any]] = []
    stop = hints.listen("reading", heard.append)
    hints.send("reading", {"meter": 1})
    hints.send("document", {})
    stop()
    assert heard == [{"meter": 1}]


def test_who_stopped_listening_hears_nothing() -> None:
    heard: list[dict[str, Any]] = []
    hints.listen("reading", heard.append)()
    hints.send("reading", {})
    assert heard == []


def test_a_broken_listener_does_not_silence_the_others() -> None:
    heard: list[dict[str, Any]] = []
    stops = [hints.listen("review", lambda payload: 1 / 0), hints.listen("review", heard.append)]
    hints.send("review", {})
    for stop in stops:
        stop()
    assert heard == [{}]
