"""How a station answers the central system's CALLs, by action."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator import timestamps
from simulator.misreading import misread
from simulator.outlet import Outlet
from simulator.profiles import TX, Profile, read_profile
from simulator.spec import OutletSpec

if TYPE_CHECKING:
    from simulator.station import Station

Payload = dict[str, Any]

_MAX_STACK = 8


class RefusedError(Exception):
    """A CALLERROR with this code."""


class SilentError(Exception):
    """Nothing is ever answered."""


def _outlet(station: "Station", number: object) -> Outlet:
    outlet = station.charging.outlets.get(number) if isinstance(number, int) else None
    if outlet is None:
        raise RefusedError("PropertyConstraintViolation")
    return outlet


def change_availability(station: "Station", payload: Payload, now: float) -> Payload:
    operative = payload["type"] == "Operative"
    number = payload["connectorId"]
    outlets = list(station.charging.outlets.values()) if number == 0 else [_outlet(station, number)]
    done = [station.charging.set_operative(outlet, operative, now) for outlet in outlets]
    station.agenda.at(now, station.charging.refresh)
    return {"status": "Accepted" if all(done) else "Scheduled"}


def change_configuration(station: "Station", payload: Payload, now: float) -> Payload:
    status = station.configuration.change(str(payload["key"]), str(payload["value"]))
    if status == "Accepted" and payload["key"] == "MeterValueSampleInterval":
        station.charging.sampling_changed(now)
    return {"status": status}


def get_configuration(station: "Station", payload: Payload, now: float) -> Payload:
    return station.configuration.get(list(payload.get("key") or ()))


def clear_cache(station: "Station", payload: Payload, now: float) -> Payload:
    return {"status": "Accepted"}


def data_transfer(station: "Station", payload: Payload, now: float) -> Payload:
    return {"status": "UnknownVendorId"}


def remote_start(station: "Station", payload: Payload, now: float) -> Payload:
    number, raw = payload.get("connectorId"), payload.get("chargingProfile")
    profile = None
    if raw is not None and number is not None:
        profile = _profile(station, number, raw)
        if profile is None or profile.purpose != TX:
            return {"status": "Rejected"}
    id_tag = str(payload["idTag"])
    if station.charging.remote_start(number, id_tag, profile, now):
        return {"status": "Accepted"}
    return {"status": "Rejected"}


def remote_stop(station: "Station", payload: Payload, now: float) -> Payload:
    outlet = station.charging.outlet_of(payload["transactionId"])
    if outlet is None:
        return {"status": "Rejected"}
    number = outlet.number
    station.agenda.at(now, lambda at: _stop_remotely(station, number, at))
    return {"status": "Accepted"}


def _stop_remotely(station: "Station", number: int, now: float) -> None:
    station.charging.stop(number, now, "Remote")


def reset(station: "Station", payload: Payload, now: float) -> Payload:
    hard = payload["type"] == "Hard"
    station.agenda.at(now + station.spec.answer_delay_s + 0.5, lambda at: station.reboot(at, hard))
    return {"status": "Accepted"}


def unlock(station: "Station", payload: Payload, now: float) -> Payload:
    outlet = station.charging.outlets.get(payload["connectorId"])
    if outlet is None:
        return {"status": "NotSupported"}
    number = outlet.number
    station.agenda.at(now, lambda at: _unlock(station, number, at))
    return {"status": "Unlocked"}


def _unlock(station: "Station", number: int, now: float) -> None:
    station.charging.stop(number, now, "UnlockCommand")


def trigger_message(station: "Station", payload: Payload, now: float) -> Payload:
    message, number = payload["requestedMessage"], payload.get("connectorId")
    if message not in ("BootNotification", "Heartbeat", "MeterValues", "StatusNotification"):
        return {"status": "NotImplemented"}
    if number is not None and number not in station.charging.outlets:
        return {"status": "Rejected"}
    outlets = [o for o in station.charging.outlets.values() if number in (None, o.number)]
    station.agenda.at(now, lambda at: _trigger(station, message, outlets, at))
    return {"status": "Accepted"}


def _trigger(station: "Station", message: str, outlets: list[Outlet], now: float) -> None:
    if message == "BootNotification":
        station.send_boot(now)
    elif message == "Heartbeat":
        station.send_heartbeat(now)
    for outlet in outlets:
        if message == "MeterValues":
            station.charging.report_values(outlet, now)
        elif message == "StatusNotification":
            station.charging.report_status(outlet.number, outlet.status(now), now)


def _profile(station: "Station", number: int, raw: Payload) -> Profile | None:
    """None for one that this station refuses."""
    outlets = station.charging.outlets
    if number != 0 and number not in outlets:
        return None
    spec = outlets[number or 1].spec
    try:
        # A DC outlet's figures stand for its power at the nominal voltage.
        volts = spec.w_per_a / spec.terminals * (1 if spec.dc else spec.sag_pm / 1000)
        profile = read_profile(number, raw, volts=volts, terminals=spec.terminals)
    except (KeyError, TypeError, ValueError):
        return None
    if not _takes(station, spec, raw, profile):
        return None
    highest = 0 if station.spec.only_stack_0 else _MAX_STACK
    if profile.purpose in station.spec.rejects_profiles or not 0 <= profile.stack <= highest:
        return None
    return profile


def _takes(station: "Station", outlet: OutletSpec, raw: Payload, profile: Profile) -> bool:
    """The forms that it knows."""
    spec = station.spec
    amperes = raw["chargingSchedule"]["chargingRateUnit"] == "A"
    if amperes and (spec.watts_only or outlet.dc):
        return False
    if raw["chargingProfileKind"] in spec.rejects_kinds:
        return False
    return not (spec.default_only and profile.purpose == TX)


def set_charging_profile(station: "Station", payload: Payload, now: float) -> Payload:
    _needs_smart_charging(station)
    if payload["csChargingProfiles"].get("chargingProfileKind") in station.spec.ignores_kinds:
        raise SilentError
    number = payload["connectorId"]
    profile = _profile(station, number, payload["csChargingProfiles"])
    if profile is None or station.charging.profiles.would_hold(profile) > station.spec.max_profiles:
        return {"status": "Rejected"}
    if profile.purpose == TX:
        transaction = station.charging.outlets[number].transaction
        if transaction is None or profile.transaction not in (None, transaction.id):
            return {"status": "Rejected"}
    station.charging.profiles.install(misread(station.spec, profile))
    station.charging.profiles_changed(now)
    return {"status": "Accepted"}


def clear_charging_profile(station: "Station", payload: Payload, now: float) -> Payload:
    _needs_smart_charging(station)
    gone = station.charging.profiles.clear(
        profile_id=payload.get("id"),
        connector=payload.get("connectorId"),
        purpose=payload.get("chargingProfilePurpose"),
        stack=payload.get("stackLevel"),
    )
    station.charging.profiles_changed(now)
    return {"status": "Accepted" if gone else "Unknown"}


def get_composite_schedule(station: "Station", payload: Payload, now: float) -> Payload:
    _needs_smart_charging(station)
    number, duration_s = payload["connectorId"], int(payload["duration"])
    if number != 0 and number not in station.charging.outlets:
        return {"status": "Rejected"}
    start_s = station.wall(now)
    unit = payload.get("chargingRateUnit", "A")
    periods: list[Payload] = []
    at_s = start_s
    while at_s < start_s + duration_s:
        limit_ma, until = _composite(station, number, at_s, start_s, now)
        limit = limit_ma / 1000 if unit == "A" else limit_ma / 1000 * 3 * 230
        if not periods or periods[-1]["limit"] != round(limit, 1):
            periods.append({"startPeriod": int(at_s - start_s), "limit": round(limit, 1)})
        at_s = max(until, at_s + 1.0)
    schedule = {"duration": duration_s, "chargingRateUnit": unit, "chargingSchedulePeriod": periods}
    return {
        "status": "Accepted",
        "connectorId": number,
        "scheduleStart": timestamps.iso(start_s),
        "chargingSchedule": schedule,
    }


def _composite(station: "Station", number: int, at_s: float, start_s: float, now: float) -> tuple[int, float]:
    """Connector 0: all of them together."""
    outlets = station.charging.outlets
    limit_ma, until = 0, float("inf")
    for outlet in outlets.values() if number == 0 else (outlets[number],):
        transaction = outlet.transaction
        began_s = start_s if transaction is None else start_s - (now - transaction.began_at)
        part_ma, part_until = station.charging.limit_ma(outlet, at_s, began_s)
        limit_ma, until = limit_ma + part_ma, min(until, part_until)
    return limit_ma, until


def _needs_smart_charging(station: "Station") -> None:
    if station.spec.no_smart_charging:
        raise RefusedError("NotSupported")


ANSWERS: dict[str, Callable[["Station", Payload, float], Payload]] = {
    "ChangeAvailability": change_availability,
    "ChangeConfiguration": change_configuration,
    "ClearCache": clear_cache,
    "ClearChargingProfile": clear_charging_profile,
    "DataTransfer": data_transfer,
    "GetCompositeSchedule": get_composite_schedule,
    "GetConfiguration": get_configuration,
    "RemoteStartTransaction": remote_start,
    "RemoteStopTransaction": remote_stop,
    "Reset": reset,
    "SetChargingProfile": set_charging_profile,
    "TriggerMessage": trigger_message,
    "UnlockConnector": unlock,
}
