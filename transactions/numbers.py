"""OCPP transaction ids (T3): positive int32, random so that nobody guesses them, never used twice."""

import secrets

from transactions.models import Transaction

LARGEST = 2**31 - 1


def fresh_numbers(count: int) -> list[int]:
    """Numbers that no record has. The unique constraint has the last word; the writer then tries again."""
    numbers: set[int] = set()
    while len(numbers) < count:
        drawn = {secrets.randbelow(LARGEST) + 1 for _ in range(count - len(numbers))}
        taken = set(Transaction.objects.filter(number__in=drawn).values_list("number", flat=True))
        numbers |= drawn - taken
    return list(numbers)


def is_ours(number: int) -> bool:
    """Could be a number that EVCE gave (stations also send 0, -1 and 64-bit ones)."""
    return 0 < number <= LARGEST
