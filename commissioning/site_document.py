"""The JSON of a site file, as types. Keys and defaults are explained in docs/site-file.md."""

from decimal import Decimal
from typing import Literal, NotRequired, TypedDict

Number = int | Decimal


class OptimisationEntry(TypedDict):
    enabled: NotRequired[bool]
    trigger_a: NotRequired[Number]
    margin_a: NotRequired[Number]
    gap_a: NotRequired[Number]
    delay_s: NotRequired[int]
    suspension: NotRequired[str]
    wake_up_s: NotRequired[int]


class SiteEntry(TypedDict):
    name: str
    grid: str
    minimum: NotRequired[str]
    shedding: NotRequired[str]
    production: NotRequired[str]
    review_s: NotRequired[int]
    settle_s: NotRequired[int]
    optimisation: NotRequired[OptimisationEntry]


class MeterEntry(TypedDict):
    name: str
    model: str
    host: str
    port: NotRequired[int]
    unit: NotRequired[int]
    inverted: NotRequired[bool]


class ReductionEntry(TypedDict):
    source: str
    quotient_pct: int


class ConnectorEntry(TypedDict):
    id: int
    phases: NotRequired[str]
    max_current_a: NotRequired[Number]
    kind: NotRequired[str]
    minimum_a: NotRequired[Number | None]
    efficiency_pct: NotRequired[int]


class StationEntry(TypedDict):
    box_identity: str
    name: NotRequired[str]
    vip: NotRequired[bool]
    volatile: NotRequired[bool]
    connectors: list[ConnectorEntry]


class ZoneEntry(TypedDict):
    name: str
    max_current_a: Number
    meter: NotRequired[str | None]
    degraded_a: NotRequired[Number | None]
    margin_a: NotRequired[Number]
    production_meter: NotRequired[str | None]
    reductions: NotRequired[list[ReductionEntry]]
    zones: NotRequired[list["ZoneEntry"]]
    stations: NotRequired[list[StationEntry]]


class GroupEntry(TypedDict):
    name: str
    online: NotRequired[str]
    offline: NotRequired[str]
    stations: NotRequired[list[str] | Literal["all"]]
    takes_new_stations: NotRequired[bool]


class CardEntry(TypedDict):
    id_tag: str
    authorised: NotRequired[bool]
    vip: NotRequired[bool]
    groups: NotRequired[list[str]]


class SlotEntry(TypedDict):
    start: str
    end: str


class PeriodEntry(TypedDict):
    name: str
    enabled: NotRequired[bool]
    days: NotRequired[list[str]]
    slots: list[SlotEntry]
    max_charge_pct: int
    zones: NotRequired[list[str]]


class InputEntry(TypedDict):
    name: str
    host: str
    port: NotRequired[int]
    unit: NotRequired[int]
    table: NotRequired[str]
    number: int
    inverted: NotRequired[bool]
    quotient_pct: int
    when_lost: NotRequired[str]
    zones: NotRequired[list[str]]


class SiteDocument(TypedDict):
    site: SiteEntry
    meters: NotRequired[list[MeterEntry]]
    zones: list[ZoneEntry]
    groups: NotRequired[list[GroupEntry]]
    cards: NotRequired[list[CardEntry]]
    periods: NotRequired[list[PeriodEntry]]
    digital_inputs: NotRequired[list[InputEntry]]
