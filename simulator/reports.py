"""The payloads of a station's own CALLs."""

from typing import Any

from simulator import timestamps
from simulator.outlet import Outlet, Transaction
from simulator.spec import StationSpec

DC_V = 400.0
"""The voltage of a car's battery: what a DC station calls its current has little to do with the lines."""


def boot(spec: StationSpec) -> dict[str, Any]:
    return {
        "chargePointVendor": spec.vendor,
        "chargePointModel": spec.model,
        "chargePointSerialNumber": spec.identity[:25],
        "firmwareVersion": spec.firmware,
    }


def status(number: int, word: str, wall_s: float) -> dict[str, Any]:
    return {"connectorId": number, "errorCode": "NoError", "status": word, "timestamp": timestamps.iso(wall_s)}


def start(outlet: Outlet, transaction: Transaction) -> dict[str, Any]:
    return {
        "connectorId": outlet.number,
        "idTag": transaction.id_tag,
        "meterStart": transaction.meter_start_wh,
        "timestamp": timestamps.iso(transaction.began_wall_s),
    }


def stop(transaction: Transaction, meter_wh: int, wall_s: float, reason: str, id_tag: str | None) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "transactionId": -1 if transaction.id is None else transaction.id,
        "meterStop": meter_wh,
        "timestamp": timestamps.iso(wall_s),
        "reason": reason,
    }
    if id_tag is not None:
        payload["idTag"] = id_tag
    return payload


def meter_value(
    outlet: Outlet, measurands: tuple[str, ...], now: float, wall_s: float, spec: StationSpec
) -> dict[str, Any]:
    """One MeterValue: the measurands asked for, phase by phase where they have phases."""
    currents = outlet.counted_ma(now, spec.counts_one)
    samples: list[dict[str, str]] = []
    for measurand in measurands:
        if measurand == "Current.Import":
            if outlet.spec.dc:
                samples.append(_sample(measurand, f"{outlet.power_w(now) / DC_V:.1f}", "A"))
                continue
            samples += [
                _sample(measurand, f"{ma / 1000:.1f}", "A", phase=f"L{i}") for i, ma in enumerate(currents, start=1)
            ]
        elif measurand == "Power.Active.Import":
            samples.append(_sample(measurand, f"{outlet.power_w(now):.0f}", "W"))
        elif measurand == "Energy.Active.Import.Register":
            samples.append(_sample(measurand, str(outlet.register_wh(now)), "Wh"))
        elif measurand == "Current.Offered":
            offered_ma = {"zero": 0, "rating": outlet.spec.rating_ma}.get(spec.offers, outlet.offered_ma)
            if outlet.spec.dc:
                offered_ma = round(offered_ma * outlet.spec.w_per_a / DC_V)
            samples.append(_sample(measurand, f"{offered_ma / 1000:.1f}", "A"))
    return {"timestamp": timestamps.iso(wall_s), "sampledValue": samples}


def meter_values(outlet: Outlet, transaction: Transaction | None, value: dict[str, Any]) -> dict[str, Any]:
    payload: dict[str, Any] = {"connectorId": outlet.number, "meterValue": [value]}
    if transaction is not None:
        payload["transactionId"] = -1 if transaction.id is None else transaction.id
    return payload


def _sample(measurand: str, value: str, unit: str, *, phase: str | None = None) -> dict[str, str]:
    sample = {"value": value, "context": "Sample.Periodic", "measurand": measurand, "unit": unit}
    if phase is not None:
        sample["phase"] = phase
    return sample
