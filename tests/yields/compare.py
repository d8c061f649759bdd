"""One day, played by the product, by the oracle with the same rules, by the bare limit and by the plainer rivals."""

from dataclasses import dataclass, replace
from functools import cached_property

from tests.yields.days import Day
from tests.yields.ideal import BARE, RULES, Ideal, Rules, Share, equal_split, fair, first_come
from tests.yields.played import SLOT_S, Outcome
from tests.yields.real import Product


@dataclass(frozen=True)
class Comparison:
    """Energies count in the slots in which demand exceeds supply, as the oracle knows it."""

    day: Day
    rules: Rules = RULES

    @cached_property
    def oracle(self) -> Outcome:
        return self._ideal(self.rules, fair)

    @cached_property
    def product(self) -> Outcome:
        return Product(self.day).play()

    @cached_property
    def bare(self) -> Outcome:
        return self._ideal(BARE, fair)

    @cached_property
    def equal(self) -> Outcome:
        return self._ideal(self.rules, equal_split)

    @cached_property
    def first(self) -> Outcome:
        return self._ideal(self.rules, first_come)

    def _ideal(self, rules: Rules, share: Share) -> Outcome:
        return Ideal(self.day, rules, share).play()

    def energy_wh(self, outcome: Outcome) -> float:
        return outcome.in_wh(self.oracle.scarce)

    @property
    def scarce_h(self) -> float:
        return len(self.oracle.scarce) * SLOT_S / 3600

    @property
    def reached(self) -> float:
        """What the product delivers, as a share of the oracle's."""
        return self.energy_wh(self.product) / self.energy_wh(self.oracle)

    def cost_of(self, **rule: object) -> float:
        """What one rule alone takes away, as a share of the bare limit."""
        alone = self._ideal(replace(BARE, **rule), fair)  # type: ignore[arg-type]  # a field of Rules by name
        return 1 - self.energy_wh(alone) / self.energy_wh(self.bare)

    @property
    def over_equal(self) -> float:
        """How many times the energy of an equal split."""
        return self.energy_wh(self.product) / self.energy_wh(self.equal)

    @property
    def over_first(self) -> float:
        """How many times what first come, first served leaves for the quarter of the cars that get least."""
        return self.product.least_wh / self.first.least_wh if self.first.least_wh else float("inf")
