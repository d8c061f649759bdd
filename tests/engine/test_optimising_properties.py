"""Whatever is capped, suspended or woken up: nobody loses by it, and nothing stays unused for it."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.connector import Connector
from tests.engine.builders import Bench, config, connector, zone

MINIMUM_MA, RATING_MA = 6_000, 32_000


@dataclass(frozen=True)
class State:
    """Of one session: free, capped at so much, asleep, or being woken up."""

    cap_ma: int | None = None
    asleep: bool = False
    waking: bool = False

    def put(self, connector: Connector, now: float) -> None:
        assert connector.session is not None
        usage = connector.session.usage
        usage.begin(now)
        usage.cap_ma, usage.reported_at = self.cap_ma, now
        if self.asleep or self.waking:
            usage.wakes_at, usage.waking = now + (1 if self.waking else 600), self.waking


free = st.just(State())
capped = st.integers(0, 40_000).map(lambda ma: State(cap_ma=ma))
STATES = st.lists(
    st.one_of(free, capped, st.just(State(asleep=True)), st.just(State(waking=True))), min_size=1, max_size=6
)


def flat(states: list[State], max_a: int) -> dict[int, int]:
    """Milliampere by connector, in a zone of so many ampere."""
    bench = Bench(config([zone(1, max_a)], [connector(n) for n in range(1, len(states) + 1)]))
    return _granted(bench, states)


def grants(states: list[State], max_a: int, vips: frozenset[int] = frozenset()) -> dict[int, int]:
    """The same, with that zone above two others."""
    zones = [zone(1, max_a), zone(2, max_a, parent=1), zone(3, max(1, max_a * 2 // 3), parent=1)]
    bench = Bench(config(zones, [connector(n, 2 + n % 2) for n in range(1, len(states) + 1)]))
    return _granted(bench, states, vips)


def _granted(bench: Bench, states: list[State], vips: frozenset[int] = frozenset()) -> dict[int, int]:
    numbers = range(1, len(states) + 1)
    bench.online(*numbers)
    bench.run(10)
    for n in numbers:
        bench.plug(n, vip=n in vips)
    for n, state in zip(numbers, states, strict=True):
        state.put(bench.at(n), bench.now)
    bench.cycle()
    return {n: bench.at(n).target_ma for n in numbers}


@settings(max_examples=60, deadline=None)
@given(STATES, st.integers(4, 120))
def test_nobody_gets_more_than_its_cap_or_less_than_its_minimum(states: list[State], max_a: int) -> None:
    for n, granted in grants(states, max_a).items():
        state = states[n - 1]
        most = 0 if state.asleep else MINIMUM_MA if state.waking else RATING_MA
        if state.cap_ma is not None:
            most = max(MINIMUM_MA, min(most, state.cap_ma))
        assert granted == 0 or MINIMUM_MA <= granted <= most


@settings(max_examples=60, deadline=None)
@given(STATES, st.integers(4, 120))
def test_a_cap_takes_nothing_from_the_others(states: list[State], max_a: int) -> None:
    uncapped = [State() if state.cap_ma is not None else state for state in states]
    now, otherwise = flat(states, max_a), flat(uncapped, max_a)
    for n, state in enumerate(states, 1):
        if state.cap_ma is None:
            assert now[n] >= otherwise[n]


@settings(max_examples=60, deadline=None)
@given(STATES, st.integers(4, 120))
def test_what_is_freed_is_used_by_those_who_can_use_it(states: list[State], max_a: int) -> None:
    granted = flat(states, max_a)
    left = max_a * 1000 - sum(granted.values())
    for n, state in enumerate(states, 1):
        hungry = state == State() and granted[n] < RATING_MA
        if hungry:
            assert left < (MINIMUM_MA if granted[n] == 0 else 100 * len(states))


@settings(max_examples=60, deadline=None)
@given(STATES, st.integers(4, 120), st.frozensets(st.integers(1, 6)))
def test_a_wake_up_suspends_nobody(states: list[State], max_a: int, vips: frozenset[int]) -> None:
    """Also not for a VIP, and on every level."""
    without = [State(asleep=True) if state.waking else state for state in states]
    now, otherwise = grants(states, max_a, vips), grants(without, max_a, vips)
    served = {n for n, state in enumerate(states, 1) if not state.waking and otherwise[n]}
    assert all(now[n] for n in served)
