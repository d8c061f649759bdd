"""What a simulated station is, and how it misbehaves: data only."""

from dataclasses import dataclass

from simulator.car import carried

MEASURANDS = (
    "Current.Import",
    "Power.Active.Import",
    "Energy.Active.Import.Register",
    "Current.Offered",
)


@dataclass(frozen=True, slots=True)
class OutletSpec:
    """`terminals`: live phases of the outlet (1 to 3). `volts`: across the load of one phase, nominal.

    delta: its terminals, where there are three, are lines without neutral (see `simulator.car.carried`).

    dc: a load of constant power on all its terminals, limited in W. efficiency_pm: below 1000 its limit is about what
    it gives to the car, and it takes more. sag_pm: the voltage that it really has, by the nominal one.
    """

    rating_ma: int = 32_000
    terminals: int = 3
    volts: float = 230.0
    delta: bool = False
    dc: bool = False
    efficiency_pm: int = 1000
    sag_pm: int = 1000

    @property
    def w_per_a(self) -> float:
        """Nominal, of one ampere on every terminal."""
        return self.volts * carried(self.terminals, self.terminals, delta=self.delta)[1]


@dataclass(frozen=True, slots=True)
class StationSpec:
    """One OCPP 1.6J station. Everything below `boot_s` is a misbehaviour; the defaults behave.

    volatile_profiles: all profiles are gone after a reboot (F3). loses_profiles_offline: gone when the
    link is (go-e 56.2). ignores_limits: answers Accepted and draws what it likes (F6). answer_delay_s: each
    answer comes so much later, its effect at once (F4). drop_answers: share of answers that never come.
    rejects_profiles: purposes answered Rejected (F5). no_smart_charging: its messages are
    answered NotSupported. clock_offset_s: error of its clock (F21).
    only_stack_0: refuses stack levels above 0. clamps_up: raises a limit below 6 A to 6 A.
    boots_on_reconnect: sends BootNotification after each connect.
    watts_only: refuses limits in A. rejects_kinds: refuses these profile kinds (Absolute, Relative); ignores_kinds:
    never answers them. default_only: refuses TxProfile. max_profiles: more are refused. sag_pm: see `OutletSpec`.
    times_ten: takes ten times the limit.
    takes_watts: takes the figure for watts. other_connector: applies the limit to the next connector.
    offers: what it writes in Current.Offered: the truth (""), "zero" or its "rating".
    counts_one: of a single-phase car between two lines it reports the current of the first only.
    clock_drift_pm: its clock gains so many seconds in a thousand. ignores_time: does not set its clock by currentTime.
    loses_clock: starts in 1970 after a reboot.
    """

    identity: str
    outlets: tuple[OutletSpec, ...] = (OutletSpec(),)
    auto_start: bool = False
    auto_id_tag: str = "FREE"
    offline_start: bool = True
    vendor: str = "Simulated"
    model: str = "Virtual AC"
    firmware: str = "1.0"
    measurands: tuple[str, ...] = MEASURANDS
    sample_s: int = 60
    call_timeout_s: float = 30.0
    boot_s: float = 5.0
    volatile_profiles: bool = False
    loses_profiles_offline: bool = False
    ignores_limits: bool = False
    answer_delay_s: float = 0.0
    drop_answers: float = 0.0
    rejects_profiles: frozenset[str] = frozenset()
    no_smart_charging: bool = False
    clock_offset_s: float = 0.0
    only_stack_0: bool = False
    clamps_up: bool = False
    boots_on_reconnect: bool = False
    watts_only: bool = False
    rejects_kinds: frozenset[str] = frozenset()
    ignores_kinds: frozenset[str] = frozenset()
    default_only: bool = False
    max_profiles: int = 16
    sag_pm: int = 1000
    times_ten: bool = False
    takes_watts: bool = False
    other_connector: bool = False
    offers: str = ""
    counts_one: bool = False
    clock_drift_pm: float = 0.0
    ignores_time: bool = False
    loses_clock: bool = False

    @property
    def units(self) -> str:
        """ChargingScheduleAllowedChargingRateUnit."""
        return "Power" if self.watts_only or any(outlet.dc for outlet in self.outlets) else "Current,Power"

    @property
    def unruly(self) -> bool:
        """It may let a car draw more than it was told."""
        return self.ignores_limits or self.times_ten or self.other_connector
