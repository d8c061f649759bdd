"""What a safety mutant is: a fault put into a copy of the product, which a test must notice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class DoesNotApply(Exception):
    """The product changed where a mutant wants to break it. The message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Patch:
    """In `path`, `old` (which stands there exactly once) becomes `new`."""

    path: str
    old: str
    new: str

    def apply(self, text: str) -> str:
        found = text.count(self.old)
        if found != 1:
            raise DoesNotApply(
                f"{self.path} holds {found} times, not once:\n{self.old}\n"
                f"Break the same rule in the code that stands there now (tests/mutants)."
            )
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Mutant:
    """`killer`: the test that notices it in the suite, as pytest names it."""

    name: str
    breaks: str
    patches: tuple[Patch, ...]
    killer: str

    def files(self, root: Path) -> Mapping[str, str]:
        """Path -> its text with the fault in it. Raises DoesNotApply."""
        texts: dict[str, str] = {}
        for patch in self.patches:
            texts[patch.path] = patch.apply(texts.get(patch.path) or (root / patch.path).read_text())
        return texts


@dataclass(frozen=True, slots=True)
class NotYet:
    """A mutant of something that EVCE does not do yet; `appears` are paths that will be there when it does."""

    name: str
    breaks: str
    why: str
    appears: tuple[str, ...] = field(default=())
