"""A station's OCPP 1.6 configuration keys."""

from simulator.spec import StationSpec

_READ_ONLY = frozenset(
    {
        "ChargeProfileMaxStackLevel",
        "ChargingScheduleAllowedChargingRateUnit",
        "ChargingScheduleMaxPeriods",
        "GetConfigurationMaxKeys",
        "MaxChargingProfilesInstalled",
        "NumberOfConnectors",
        "SupportedFeatureProfiles",
    }
)


class Configuration:
    __slots__ = ("_measurands", "_values")

    def __init__(self, spec: StationSpec) -> None:
        self._measurands = spec.measurands
        self._values = {
            "AllowOfflineTxForUnknownId": _word(spec.offline_start),
            "AuthorizeRemoteTxRequests": "false",
            "ChargeProfileMaxStackLevel": "0" if spec.only_stack_0 else "8",
            "ChargingScheduleAllowedChargingRateUnit": spec.units,
            "ChargingScheduleMaxPeriods": "24",
            "ClockAlignedDataInterval": "0",
            "ConnectionTimeOut": "60",
            "GetConfigurationMaxKeys": "50",
            "HeartbeatInterval": "300",
            "LocalAuthorizeOffline": _word(spec.offline_start),
            "LocalPreAuthorize": "false",
            "MaxChargingProfilesInstalled": str(spec.max_profiles),
            "MeterValueSampleInterval": str(spec.sample_s),
            "MeterValuesSampledData": ",".join(spec.measurands),
            "NumberOfConnectors": str(len(spec.outlets)),
            "StopTransactionOnEVSideDisconnect": "true",
            "StopTransactionOnInvalidId": "true",
            "SupportedFeatureProfiles": "Core,SmartCharging,RemoteTrigger",
            "TransactionMessageAttempts": "3",
            "TransactionMessageRetryInterval": "60",
            "WebSocketPingInterval": "0",
        }

    def __getitem__(self, key: str) -> str:
        return self._values[key]

    def seconds(self, key: str) -> float:
        return float(self._values[key])

    def flag(self, key: str) -> bool:
        return self._values[key].lower() == "true"

    @property
    def measurands(self) -> tuple[str, ...]:
        return tuple(m for m in self._values["MeterValuesSampledData"].split(",") if m)

    def set_heartbeat(self, interval_s: int) -> None:
        self._values["HeartbeatInterval"] = str(interval_s)

    def get(self, keys: list[str]) -> dict[str, object]:
        """GetConfiguration.conf; no keys: all of them."""
        asked = keys or list(self._values)
        return {
            "configurationKey": [
                {"key": key, "readonly": key in _READ_ONLY, "value": self._values[key]}
                for key in asked
                if key in self._values
            ],
            "unknownKey": [key for key in asked if key not in self._values],
        }

    def change(self, key: str, value: str) -> str:
        """The status of ChangeConfiguration.conf."""
        if key not in self._values:
            return "NotSupported"
        if key in _READ_ONLY or not self._fits(key, value):
            return "Rejected"
        self._values[key] = value
        return "Accepted"

    def _fits(self, key: str, value: str) -> bool:
        if key == "MeterValuesSampledData":
            return all(m.strip() in self._measurands for m in value.split(",") if m)
        if self._values[key] in ("true", "false"):
            return value.lower() in ("true", "false")
        return value.isdigit()


def _word(flag: bool) -> str:
    return "true" if flag else "false"
