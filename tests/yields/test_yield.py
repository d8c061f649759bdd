"""Protection is not bought with energy: the product against an oracle with the same rules (see `make yield`)."""

import pytest

from tests.yields.__main__ import ENOUGH
from tests.yields.compare import Comparison
from tests.yields.days import DAYS, Day
from tests.yields.ideal import BARE, RULES, Ideal, fair

pytestmark = pytest.mark.timeout(300)

DAY = {day.name: day for day in DAYS}


def hungry(name: str, first: float, last: float) -> Day:
    """Hours after the scenario's beginning, with cars that are never full."""
    return DAY[name].between(first, last, hungry=True)


@pytest.fixture(scope="module")
def office() -> Comparison:
    return Comparison(hungry("office", 8, 11))


@pytest.fixture(scope="module")
def guide() -> Comparison:
    """08:00 and 12:00, where reductions begin and end, and the sun of a morning."""
    return Comparison(hungry("guide", 1.5, 6.5))


def test_in_scarce_hours_nearly_all_is_delivered_that_the_rules_allow(office: Comparison, guide: Comparison) -> None:
    for found in (office, guide, Comparison(hungry("homes", 7, 9))):
        assert found.scarce_h >= 1
        assert found.reached >= ENOUGH, f"{found.day.name}: {found.reached:.1%}"


def test_the_oracle_is_the_upper_end(office: Comparison, guide: Comparison) -> None:
    for found in (office, guide):
        assert found.reached <= 1.01, f"{found.day.name}: {found.reached:.1%}"


def test_no_cable_is_overloaded_for_it(office: Comparison, guide: Comparison) -> None:
    assert not office.product.violations
    assert not guide.product.violations


def test_an_equal_split_delivers_less(office: Comparison) -> None:
    assert office.over_equal > 1.1


def test_first_come_first_served_leaves_others_with_less(office: Comparison, guide: Comparison) -> None:
    assert office.over_first > 2
    assert guide.over_first > 1.2


def test_each_rule_costs_a_part_of_the_bare_limit(office: Comparison) -> None:
    for cost in (office.cost_of(filtered=True), office.cost_of(margin=True), office.cost_of(demands=RULES.demands)):
        assert 0 < cost < 0.2


def test_a_product_that_raises_late_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.dispatch.SPACING_S", 900.0)
    assert Comparison(hungry("guide", 1.5, 3)).reached < ENOUGH


def test_the_bare_limit_is_used_to_the_last_step() -> None:
    """Twelve hungry cars on a fixed 63 A: the oracle leaves less than 0.1 A for each session and line."""
    ideal = Ideal(hungry("static", 10, 10.5), BARE, fair)
    ideal.play()
    used = [0, 0, 0]
    for guest in ideal.guests:
        for line in guest.lines:
            used[line] += round(guest.car.current_ma(ideal.around.length_s))
    assert len(ideal.guests) > 3
    assert all(63_000 - 100 * len(ideal.guests) <= ma <= 63_000 for ma in used), used
