"""Hostile frames: always an answer or nothing, never an exception."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.inbound import ROUTES
from gateway.protocol.framing import Call, CallError, CallResult, FrameError, build_error, parse
from tests.gateway.talk import Talk

LIMIT = 64 * 1024


def why(text: str) -> str:
    with pytest.raises(FrameError) as refused:
        parse(text, LIMIT)
    return refused.value.why


def test_the_three_frames_are_told_apart() -> None:
    assert parse('[2,"a","Heartbeat",{}]', LIMIT) == Call("a", "Heartbeat", {})
    assert parse('[3,"a",{"x":1}]', LIMIT) == CallResult("a", {"x": 1})
    assert parse('[4,"a","GenericError","why",{}]', LIMIT) == CallError("a", "GenericError", "why")


@pytest.mark.parametrize("rest", ["", ',"GenericError"', ',"GenericError",null', ',"GenericError","",null'])
def test_a_short_call_error_is_understood(rest: str) -> None:
    assert parse(f'[4,"a"{rest}]', LIMIT) == CallError("a", "GenericError", "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "[2]",
        "null",
        "[2,",
        '["2","a","b",{}]',
        '[9,"a","b",{}]',
        '[true,"a","b",{}]',
        '[2,null,"b",{}]',
    ],
)
def test_what_is_no_frame_can_not_be_answered(text: str) -> None:
    with pytest.raises(FrameError) as refused:
        parse(text, LIMIT)
    assert refused.value.unique_id is None


@pytest.mark.parametrize("text", ['[2,"a",7,{}]', '[2,"a","Heartbeat",[]]', '[2,"a"]', '[2,"a","Heartbeat",{"x":NaN}]'])
def test_a_broken_call_with_an_id_can_be_answered(text: str) -> None:
    with pytest.raises(FrameError) as refused:
        parse(text, LIMIT)
    assert refused.value.unique_id == "a"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 21])
def test_numbers_beyond_json_or_64_bits_are_refused(number: str) -> None:
    assert "not JSON" in why(f'[2,"a","Heartbeat",{{"x":{number}}}]')


def test_deep_and_long_frames_are_refused() -> None:
    assert why('[2,"a","Heartbeat",' + '{"x":' * 20 + "1" + "}" * 20 + "]") == "nested too deeply"
    assert why("[" * 50_000) == "nested too deeply"
    assert "longer" in why(" " * (LIMIT + 1))


def test_a_wide_frame_is_not_a_deep_one() -> None:
    many = json.dumps([2, "a", "MeterValues", {"meterValue": [{"sampledValue": [{}] * 50}] * 50}])
    assert isinstance(parse(many, LIMIT), Call)


def test_a_lone_surrogate_can_be_sent_back() -> None:
    call = parse('[2,"\\ud800","Heartbeat",{}]', LIMIT)
    assert build_error(call.unique_id, "GenericError", "").encode()  # type: ignore[arg-type]  # a call has an id


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    [
        *("connectorId", "idTag", "meterStart", "meterStop", "timestamp", "transactionId", "status", "errorCode"),
        *("meterValue", "transactionData", "sampledValue", "vendorId", "chargePointVendor", "reason"),
    ]
)
SAMPLE = st.dictionaries(st.sampled_from(["value", "measurand", "phase", "unit", "format", "location"]), JSON)
METER = st.fixed_dictionaries({"timestamp": JSON, "sampledValue": st.lists(SAMPLE | JSON, max_size=3) | JSON})
PAYLOADS = st.dictionaries(FIELDS, JSON | st.lists(METER | JSON, max_size=3) | st.integers(0, 3), max_size=6)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | JSON.map(json.dumps))
def test_no_text_ends_a_session(text: str) -> None:
    talk = Talk().ready()
    talk.frame(text)
    assert "currentTime" in talk.call("Heartbeat")


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(sorted(ROUTES)), PAYLOADS)
def test_every_call_gets_exactly_one_answer(action: str, payload: dict[str, Any]) -> None:
    talk = Talk().ready()
    try:
        talk.frame(json.dumps([2, "x", action, payload], allow_nan=False))
    except ValueError:
        talk.frame(json.dumps([2, "x", action, {}]))
    assert len([frame for frame in talk.sent if frame[0] in (3, 4) and frame[1] == "x"]) == 1
