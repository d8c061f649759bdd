"""STA-3 and quirks 2 and 3: who calls, and in which language."""

from typing import Any

import pytest

from gateway.identity import Refused, box_identity, subprotocol


def scope(raw: str) -> dict[str, Any]:
    return {"raw_path": raw.encode(), "path": "ignored"}


@pytest.mark.parametrize(
    ("path", "identity"),
    [
        ("/CP1", "CP1"),
        ("/ocpp/v16/CP1", "CP1"),
        ("/CP1/", "CP1"),
        ("/CP1?token=x", "CP1"),
        ("/CP%2A1%40home", "CP*1@home"),
        ("/a%2Fb", "a/b"),
        ("/100%2525", "100%25"),
    ],
)
def test_the_identity_is_the_last_segment_decoded_once(path: str, identity: str) -> None:
    assert box_identity(scope(path)) == identity


@pytest.mark.parametrize("path", ["", "/", "//", "/" + "x" * 49])
def test_no_identity_or_a_huge_one_is_refused(path: str) -> None:
    with pytest.raises(Refused):
        box_identity({"raw_path": path.encode() or None, "path": path})


def test_servers_that_give_no_raw_path_are_understood() -> None:
    assert box_identity({"path": "/x/CP 1"}) == "CP 1"


def test_ocpp_1_6_is_picked_from_what_is_offered() -> None:
    assert subprotocol(["ocpp2.0.1", "ocpp1.6"]) == "ocpp1.6"
    assert subprotocol([]) is None
    with pytest.raises(Refused):
        subprotocol(["ocpp2.0.1"])
