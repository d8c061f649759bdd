"""`docs/mutants.md`, drawn from the catalogue: `python -m tests.mutants.page` writes it."""

from tests.mutants.catalogue import MUTANTS, NOT_YET
from tests.mutants.workshop import ROOT

HEAD = """# Safety mutants

Each line is a fault that would let too much current flow, lose a record, or give control away. It is patched into a
copy of the product, never into the product, and a test must notice it: in the suite the test named here, in
`make mutants` whatever finds it first, with fresh random numbers, if it finds nothing in the product itself. IDs are
those of the safety invariants and of the fault catalogue. The list is `tests/mutants/catalogue.py`; this page is
written by `python -m tests.mutants.page`.

A patch that no longer fits fails the suite, and says where: break the same rule in the code that stands there now. A
bug that was found in the field gets a scenario and a mutant of its own.

| mutant | what it breaks | kept killer |
| --- | --- | --- |
"""
MISSING = """
## Not applicable yet

| mutant | what it would break | why not yet |
| --- | --- | --- |
"""


def page() -> str:
    rows = "".join(f"| {m.name} | {m.breaks} | `{m.killer.removeprefix('tests/')}` |\n" for m in MUTANTS)
    return HEAD + rows + MISSING + "".join(f"| {m.name} | {m.breaks} | {m.why} |\n" for m in NOT_YET)


if __name__ == "__main__":
    (ROOT / "docs" / "mutants.md").write_text(page())
