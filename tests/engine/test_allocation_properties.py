"""Every plan on random sites, against an independent solver: S1, S2, S4, ENE-10, ENE-11."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.allocation import BoundKind, Demand, Grant, allocate
from engine.model import Tree, ZoneConfig
from tests.engine.oracle import Case, Session, loads, reference

STEP_MA = 100
EPSILON_A = 2e-4
WIRINGS = ((0,), (1,), (2,), (0, 1), (1, 2), (0, 2), (0, 1, 2))
MINIMUMS_MA = (0, 6_000, 6_050, 8_000, 14_000)


@st.composite
def cases(draw: st.DrawFn, most_sessions: int = 10) -> Case:
    """Up to 7 zones on at most 4 levels."""
    parents: list[int | None] = [None]
    levels = [1]
    for i in range(draw(st.integers(0, 6))):
        parent = draw(st.sampled_from([None, *[z for z in range(i + 1) if levels[z] < 4]]))
        parents.append(parent)
        levels.append(1 if parent is None else levels[parent] + 1)
    free = draw(st.lists(st.tuples(*[st.integers(-5_000, 130_000)] * 3), min_size=len(parents), max_size=len(parents)))
    session = st.builds(
        Session,
        zone=st.integers(0, len(parents) - 1),
        lines=st.sampled_from(WIRINGS),
        minimum_ma=st.sampled_from(MINIMUMS_MA),
        maximum_ma=st.sampled_from([5_000, 10_000, 16_000, 32_000, 32_000, 63_000]) | st.integers(0, 40_000),
        vip=st.sampled_from([False, False, False, True]),
    )
    return Case(tuple(parents), tuple(free), tuple(draw(st.lists(session, max_size=most_sessions))))


def grid_of(case: Case) -> Case:
    """The same with minimums and maximums on whole steps, as the allocation rounds them (S4)."""
    rounded = tuple(
        Session(
            s.zone,
            s.lines,
            -(-s.minimum_ma // STEP_MA) * STEP_MA,
            s.maximum_ma // STEP_MA * STEP_MA,
            s.vip,
        )
        for s in case.sessions
    )
    return Case(case.parents, case.free_ma, rounded)


def plan(case: Case) -> list[Grant]:
    tree = Tree.of(tuple(ZoneConfig(i, str(i), parent, 0) for i, parent in enumerate(case.parents)))
    demands = [Demand(i, s.zone, s.lines, s.minimum_ma, s.maximum_ma, s.vip) for i, s in enumerate(case.sessions)]
    return allocate(tree, case.free_ma, demands)


def used_ma(case: Case, grants: list[Grant]) -> dict[tuple[int, int], int]:
    used = {(z, line): 0 for z in range(len(case.parents)) for line in range(3)}
    for session, grant in zip(case.sessions, grants, strict=True):
        for capacity in loads(case, session):
            used[capacity] += grant.limit_ma
    return used


@settings(max_examples=200, deadline=None)
@given(cases())
def test_a_plan_is_the_exact_max_min_share_floored(case: Case) -> None:
    for grant, exact_a in zip(plan(case), reference(grid_of(case)), strict=True):
        limit_a = grant.limit_ma / 1_000
        assert limit_a - EPSILON_A <= (exact_a or 0) < limit_a + 0.1 + EPSILON_A, grant


@settings(max_examples=200, deadline=None)
@given(cases())
def test_a_session_is_suspended_exactly_where_its_minimum_does_not_fit_by_rank(case: Case) -> None:
    suspended = [grant.bound.kind is BoundKind.SUSPENDED for grant in plan(case)]
    rounded = grid_of(case)
    expected = [
        exact_a is None and s.maximum_ma >= s.minimum_ma
        for exact_a, s in zip(reference(rounded), rounded.sessions, strict=True)
    ]
    assert suspended == expected


@settings(max_examples=250, deadline=None)
@given(cases(most_sessions=40))
def test_no_zone_and_no_line_is_ever_overloaded(case: Case) -> None:
    for (zone, line), ma in used_ma(case, plan(case)).items():
        assert ma <= max(0, case.free_ma[zone][line])


@settings(max_examples=250, deadline=None)
@given(cases(most_sessions=40))
def test_a_setpoint_is_0_or_within_its_range_with_one_decimal(case: Case) -> None:
    for session, grant in zip(case.sessions, plan(case), strict=True):
        assert grant.limit_ma % STEP_MA == 0
        assert grant.limit_ma == 0 or session.minimum_ma <= grant.limit_ma <= session.maximum_ma


@settings(max_examples=250, deadline=None)
@given(cases(most_sessions=40))
def test_a_session_below_its_maximum_has_a_line_that_is_used_up(case: Case) -> None:
    grants = plan(case)
    used = used_ma(case, grants)
    for session, grant in zip(case.sessions, grants, strict=True):
        bound = grant.bound
        if bound.kind is BoundKind.LIMITED:
            assert bound.zone is not None
            assert bound.line is not None
            assert (bound.zone, bound.line) in loads(case, session)
            rest = case.free_ma[bound.zone][bound.line] - used[bound.zone, bound.line]
            assert rest < STEP_MA * bound.sharing


@settings(max_examples=200, deadline=None)
@given(cases(), st.data())
def test_where_every_minimum_fits_the_rank_changes_nothing(case: Case, data: st.DataObject) -> None:
    sessions = [Session(s.zone, s.lines, 0, s.maximum_ma, s.vip) for s in case.sessions]
    order = data.draw(st.permutations(range(len(sessions))))
    before = plan(Case(case.parents, case.free_ma, tuple(sessions)))
    after = plan(Case(case.parents, case.free_ma, tuple(sessions[i] for i in order)))
    assert [before[i].limit_ma for i in order] == [grant.limit_ma for grant in after]


@settings(max_examples=200, deadline=None)
@given(cases())
def test_equal_admitted_sessions_have_equal_setpoints(case: Case) -> None:
    seen: dict[Session, int] = {}
    for session, grant in zip(case.sessions, plan(case), strict=True):
        if grant.bound.kind is not BoundKind.SUSPENDED:
            assert seen.setdefault(session, grant.limit_ma) == grant.limit_ma


@settings(max_examples=200, deadline=None)
@given(cases(), st.integers(1, 60_000))
def test_more_room_never_lowers_the_lowest_setpoint(case: Case, more_ma: int) -> None:
    sessions = tuple(Session(s.zone, s.lines, 0, s.maximum_ma, False) for s in case.sessions)
    wider = tuple(tuple(ma + more_ma for ma in row) for row in case.free_ma)
    before = plan(Case(case.parents, case.free_ma, sessions))
    after = plan(Case(case.parents, wider, sessions))
    assert min((g.limit_ma for g in before), default=0) <= min((g.limit_ma for g in after), default=0)
