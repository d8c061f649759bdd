"""Faults of meters in words: English for logs and rows, the reader's language for pages."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from metering.faults import Fault, FaultCode

QUANTITIES = {
    "current_l1": gettext_noop("current L1"),
    "current_l2": gettext_noop("current L2"),
    "current_l3": gettext_noop("current L3"),
    "power_l1": gettext_noop("power L1"),
    "power_l2": gettext_noop("power L2"),
    "power_l3": gettext_noop("power L3"),
    "power": gettext_noop("total power"),
    "energy": gettext_noop("total energy"),
}
TEMPLATES = {
    FaultCode.NOT_A_NUMBER: gettext_noop("{quantity} (register {register}) is not a number"),
    FaultCode.INFINITE: gettext_noop("{quantity} (register {register}) is infinite"),
    FaultCode.UNAVAILABLE: gettext_noop("{quantity} (register {register}) is marked as not available ({raw})"),
    FaultCode.ABSURD: gettext_noop("{quantity} (register {register}) is absurd: {value}"),
    FaultCode.DISAGREES: gettext_noop(
        "{quantity} of {power_w} W does not go with a current of {current_a} A: check the model (W or kW)"
    ),
    FaultCode.MISSING: gettext_noop("{quantity} (register {register}) is not known to the meter"),
    FaultCode.PARTLY: gettext_noop("{quantity} (register {register}) is missing while other phases have theirs"),
    FaultCode.UNREACHABLE: gettext_noop("can't connect to {host}:{port}: {reason}"),
    FaultCode.SILENT: gettext_noop("no answer within {seconds} s"),
    FaultCode.CLOSED: gettext_noop("the connection was closed before the answer came"),
    FaultCode.EXCEPTION: gettext_noop("the meter refused registers {first} to {last}: exception {exception} ({name})"),
    FaultCode.INPUT_EXCEPTION: gettext_noop("the device refused input {number}: exception {exception} ({name})"),
    FaultCode.WRONG_UNIT: gettext_noop("unit {answered} answered instead of unit {unit}"),
    FaultCode.LATE: gettext_noop("the answer belongs to another question (number {answered} instead of {asked})"),
    FaultCode.SHORT: gettext_noop("the answer has {answered} registers instead of {asked}"),
    FaultCode.GARBAGE: gettext_noop("the answer is not Modbus TCP: {data}"),
    FaultCode.UNKNOWN_MODEL: gettext_noop("there is no meter model {model}"),
}
EXCEPTIONS = {
    1: gettext_noop("illegal function"),
    2: gettext_noop("illegal data address"),
    3: gettext_noop("illegal data value"),
    4: gettext_noop("device failure"),
    5: gettext_noop("acknowledge"),
    6: gettext_noop("device busy"),
    8: gettext_noop("memory parity error"),
    10: gettext_noop("gateway path unavailable"),
    11: gettext_noop("device behind the gateway does not answer"),
}
UNKNOWN_EXCEPTION = gettext_noop("unknown exception")


def sentence(fault: Fault) -> str:
    """In the active language."""
    params: dict[str, Any] = dict(fault.params)
    if "quantity" in params:
        params["quantity"] = gettext(QUANTITIES[params["quantity"]])
    if "exception" in params:
        params["name"] = gettext(EXCEPTIONS.get(params["exception"], UNKNOWN_EXCEPTION))
    return gettext(TEMPLATES[fault.code]).format(**params)


def english(fault: Fault) -> str:
    params: dict[str, Any] = dict(fault.params)
    if "quantity" in params:
        params["quantity"] = QUANTITIES[params["quantity"]]
    if "exception" in params:
        params["name"] = EXCEPTIONS.get(params["exception"], UNKNOWN_EXCEPTION)
    return TEMPLATES[fault.code].format(**params)


def stored_sentence(fault: Mapping[str, Any]) -> str:
    """Of `Reading.fault`, in the active language; empty for a good reading."""
    return sentence(Fault(FaultCode(fault["code"]), fault["params"])) if fault else ""
