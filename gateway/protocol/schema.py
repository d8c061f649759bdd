"""Checks compiled from the OCPP 1.6 schemas that the `ocpp` package ships. They cost microseconds.

`jsonschema`, hundreds of times slower, only words an error that is already found.
"""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
from jsonschema import Draft4Validator

from gateway.protocol.framing import Json

_FOLDER = files("ocpp.v16") / "schemas"


def known_actions() -> frozenset[str]:
    """Every action of OCPP 1.6 and its security extension."""
    names = (entry.name.removesuffix(".json") for entry in _FOLDER.iterdir() if entry.name.endswith(".json"))
    return frozenset(name for name in names if not name.endswith("Response"))


def fits(name: str, payload: Json) -> bool:
    """`name` is an action, or an action and `Response`."""
    return _compiled(name).is_valid(payload)


def explain(name: str, payload: Json) -> str:
    """What is wrong with a payload that does not fit. Slow: for the first of its kind only."""
    error = next(Draft4Validator(_schema(name)).iter_errors(payload), None)
    if error is None:
        return "does not fit the schema"
    place = "/".join(str(part) for part in error.absolute_path)
    return f"{place or 'payload'}: {error.message}"[:200]


@lru_cache
def _schema(name: str) -> Any:
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8-sig"))


@lru_cache
def _compiled(name: str) -> jsonschema_rs.Draft4Validator:
    # Instants are read by our own tolerant parser, and only those we send are ours to get right.
    return jsonschema_rs.Draft4Validator(_schema(name), validate_formats=False)
