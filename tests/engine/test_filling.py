"""The water level itself: exact, over capacities that overlap."""

from fractions import Fraction

from engine.filling import Bucket, fill


def bucket(capacities: tuple[int, ...], *sessions: tuple[int, int]) -> Bucket:
    made = Bucket(capacities)
    for minimum, maximum in sessions:
        made.add(minimum, maximum)
    return made


def test_everybody_reaches_the_maximum_where_nothing_is_contended() -> None:
    calm = bucket((0,), (6, 32), (6, 32))
    fill([64], [calm])
    assert (calm.level, calm.limiter, calm.load) == (None, None, 64)


def test_a_level_that_does_not_divide_evenly_is_exact() -> None:
    three = bucket((0,), (6, 32), (6, 32), (6, 32))
    fill([50], [three])
    assert (three.level, three.load) == (Fraction(50, 3), 50)


def test_what_one_bucket_cannot_use_raises_the_other() -> None:
    inner, outer = bucket((0, 1), (0, 90), (0, 90), (0, 90)), bucket((1,), (0, 90))
    fill([50, 100], [inner, outer])
    assert (inner.level, outer.level) == (Fraction(50, 3), 50)


def test_a_chain_of_fractions_ends_on_the_exact_integer() -> None:
    inner, middle, outer = bucket((0, 1), *[(0, 900)] * 3), bucket((1, 2), *[(0, 900)] * 7), bucket((2,), (0, 900))
    fill([10, 200, 300], [inner, middle, outer])
    # A sum of rounded parts could end just below 110 and be floored to a step less.
    assert (inner.level, middle.level, outer.level) == (Fraction(10, 3), Fraction(190, 7), 110)


def test_a_session_with_a_higher_minimum_waits_until_the_level_passes_it() -> None:
    low, high = bucket((0,), (6, 32)), bucket((0,), (14, 32))
    fill([24], [low, high])
    assert (low.level, high.load) == (10, 14)


def test_both_rise_together_once_the_level_has_passed_the_higher_minimum() -> None:
    low, high = bucket((0,), (6, 32)), bucket((0,), (14, 32))
    fill([40], [low, high])
    assert (low.level, high.level) == (20, 20)


def test_a_higher_minimum_that_begins_to_rise_does_not_change_who_stops_first() -> None:
    first, joint, others = bucket((1,), (6, 90)), bucket((0, 1), (14, 90)), bucket((0,), (6, 90), (6, 90))
    fill([63, 40], [first, joint, others])
    assert (first.level, joint.level, others.level) == (20, 20, Fraction(43, 2))


def test_a_capacity_full_of_minimums_stops_its_sessions_there() -> None:
    full = bucket((0,), (6, 32), (8, 32))
    fill([14], [full])
    assert (full.load, full.limiter) == (14, 0)


def test_a_maximum_reached_on_the_way_leaves_more_for_the_rest() -> None:
    mixed = bucket((0,), (6, 10), (6, 32), (6, 32))
    fill([50], [mixed])
    assert mixed.level == 20


def test_of_equally_tight_capacities_the_first_is_named() -> None:
    both = bucket((3, 1), (6, 32))
    fill([0, 10, 0, 10], [both])
    assert both.limiter == 1


def test_room_that_is_already_a_fraction_is_shared_exactly() -> None:
    pair = bucket((0,), (0, 90), (0, 90))
    fill([Fraction(100, 3)], [pair])
    assert pair.level == Fraction(50, 3)
