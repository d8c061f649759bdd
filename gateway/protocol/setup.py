"""What a station is asked and told once it is installed (STA-7): a few CALLs, one after the other, never in a hurry."""

from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass, field

from chargers.abilities import KEYS
from chargers.records import StationRecord
from engine.facts import Outcome
from gateway.outbound import change_configuration, get_configuration, trigger_message
from gateway.outbound.request import Request
from gateway.protocol.calls import Ended

MEASURANDS = "MeterValuesSampledData"
WANTED = (
    ("MeterValueSampleInterval", "10"),
    ("WebSocketPingInterval", "30"),
    ("StopTransactionOnInvalidId", "true"),
    # T9: 30 s x (1 + 2 + ... + 19) is an hour and a half, longer than any repair of the disk ought to take.
    ("TransactionMessageAttempts", "20"),
    ("TransactionMessageRetryInterval", "30"),
)
MEASURAND_LADDER = (
    "Current.Import,Power.Active.Import,Energy.Active.Import.Register,Current.Offered",
    "Current.Import,Power.Active.Import,Energy.Active.Import.Register",
    "Current.Import,Energy.Active.Import.Register",
    "Power.Active.Import,Energy.Active.Import.Register",
    "Energy.Active.Import.Register",
)
FIRST_S, SPREAD_S = 2.0, 10.0


@dataclass(frozen=True, slots=True)
class Learned:
    """To be kept with the station."""

    keys: dict[str, str | None] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


Steps = Generator[Request | Learned, Ended | None, None]
"""Yields a Request and is sent its end, or yields what it learned and is sent None."""


def delay_s(station: int) -> float:
    """Spread by the station's id, so that after a power cut not all are configured in one second."""
    return FIRST_S + station * 0.618 % 1.0 * SPREAD_S


def steps(station: StationRecord, silent: Collection[int]) -> Steps:
    """`silent`: connector numbers that did not tell their status on this connection yet."""
    for number in sorted(silent):
        yield trigger_message.build("StatusNotification", number)
    known = dict(station.configuration)
    if not known:
        ended = yield get_configuration.build()
        known = get_configuration.read(ended.payload) if ended is not None else {}
        if known:
            yield Learned(keys=known)
        yield from _abilities(known)
    for key, value in WANTED:
        if key not in station.refused and not _same(known.get(key), value):
            yield from _change(key, value)
    if MEASURANDS not in station.refused and not _same(known.get(MEASURANDS), MEASURAND_LADDER[0]):
        yield from _measurands()


def _abilities(known: Mapping[str, str | None]) -> Steps:
    """The smart-charging keys by name: some stations cut the list of all keys short."""
    missing = [key for key in KEYS if key not in known]
    if not missing:
        return
    ended = yield get_configuration.build(missing)
    if ended is not None and ended.outcome is Outcome.ACCEPTED:
        found = get_configuration.read(ended.payload)
        yield Learned(keys={key: found.get(key) for key in missing})


def _change(key: str, value: str) -> Steps:
    ended = yield change_configuration.build(key, value)
    if ended is None:
        return
    if ended.outcome is Outcome.ACCEPTED:
        yield Learned(keys={key: value})
    elif ended.outcome in {Outcome.REJECTED, Outcome.ERROR}:
        yield Learned(refused={key: _words(ended)})


def _measurands() -> Steps:
    """Fewer and fewer until the station takes them."""
    refusal = ""
    for value in MEASURAND_LADDER:
        ended = yield change_configuration.build(MEASURANDS, value)
        if ended is None or ended.outcome not in {Outcome.ACCEPTED, Outcome.REJECTED, Outcome.ERROR}:
            return
        if ended.outcome is Outcome.ACCEPTED:
            yield Learned(keys={MEASURANDS: value}, refused={MEASURANDS: refusal} if refusal else {})
            return
        refusal = refusal or _words(ended)
    yield Learned(refused={MEASURANDS: refusal})


def _words(ended: Ended) -> str:
    status = ended.payload.get("status")
    return (status if isinstance(status, str) else ended.why or ended.outcome.value)[:50]


def _same(known: str | None, wanted: str) -> bool:
    """Stations change case and order."""
    if known is None:
        return False
    return {part.strip().casefold() for part in known.split(",")} == {p.casefold() for p in wanted.split(",")}
