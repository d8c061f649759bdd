"""How long a whole allocation takes, beside a bare incremental water-filling in the same run, taken in turn.

`python bench/plan.py`: 20 zones on 4 levels, 3 lines, 250, 2 500 and 25 000 connectors; medians.
The bare one admits minimums, then fills with an event heap and running sums; it knows no VIPs, no
reasons and no rounding.
"""

import random
import statistics
import sys
from collections.abc import Callable
from functools import partial
from heapq import heapify, heappop, heappush
from pathlib import Path
from time import process_time
from timeit import timeit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.allocation import Demand, allocate
from engine.model import Tree, ZoneConfig

PARENTS = (None, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9)
PATTERNS = ((0, 1, 2), (0,), (1,), (2,))
LINES = 3


def tree_of_20() -> Tree:
    return Tree.of(tuple(ZoneConfig(i, f"zone {i}", parent, 0) for i, parent in enumerate(PARENTS)))


def demands_of(count: int, seed: int, vips: float = 0.0) -> list[Demand]:
    """Half of them three-phase, half on one line; 6 A at least, 8 to 32 A at most."""
    rng = random.Random(seed)
    return [
        Demand(
            connector=i,
            zone=rng.randrange(len(PARENTS)),
            lines=PATTERNS[0] if rng.random() < 0.5 else rng.choice(PATTERNS[1:]),
            minimum_ma=6_000,
            maximum_ma=rng.randrange(80, 321) * 100,
            vip=rng.random() < vips,
        )
        for i in range(count)
    ]


def free_of(tree: Tree, demands: list[Demand], seed: int, share: tuple[float, float]) -> list[list[int]]:
    """Room for every minimum, and for a random part of the rest."""
    rng = random.Random(seed)
    least = [[0] * LINES for _ in tree.ids]
    most = [[0] * LINES for _ in tree.ids]
    for demand in demands:
        for zone in tree.paths[demand.zone]:
            for line in demand.lines:
                least[zone][line] += demand.minimum_ma
                most[zone][line] += demand.maximum_ma
    return [
        [int(low + rng.uniform(*share) * (high - low)) for low, high in zip(lows, highs, strict=True)]
        for lows, highs in zip(least, most, strict=True)
    ]


def bare_filling(tree: Tree, free: list[list[int]], demands: list[Demand]) -> list[float]:
    """The baseline: buckets by (zone, lines), an event heap, running sums per zone and line; floats."""
    room: list[float] = [float(value) for row in free for value in row]
    members: list[list[int]] = [[] for _ in room]
    bucket_of: dict[tuple[int, tuple[int, ...]], int] = {}
    paths: list[tuple[int, ...]] = []
    sessions: list[list[int]] = []
    level_of: list[float | None] = []
    rising: list[int] = []
    result = [0.0] * len(demands)
    for i, demand in enumerate(demands):
        key = (demand.zone, demand.lines)
        b = bucket_of.get(key)
        if b is None:
            b = bucket_of[key] = len(paths)
            paths.append(tuple(z * LINES + line for z in tree.paths[demand.zone] for line in demand.lines))
            sessions.append([])
            level_of.append(None)
            rising.append(0)
            for k in paths[b]:
                members[k].append(b)
        low = demand.minimum_ma
        for k in paths[b]:
            if room[k] < low:
                break
        else:
            for k in paths[b]:
                room[k] -= low
            sessions[b].append(i)
            rising[b] += 1
    return _bare_rise(room, members, paths, sessions, level_of, rising, demands, result)


def _bare_rise(  # noqa: C901 - one loop on purpose: calls would slow the baseline
    room: list[float],
    members: list[list[int]],
    paths: list[tuple[int, ...]],
    sessions: list[list[int]],
    level_of: list[float | None],
    rising: list[int],
    demands: list[Demand],
    result: list[float],
) -> list[float]:
    """The level counts from the common minimum; `room[k]` is what is left at `seen[k]`."""
    active = [sum(rising[b] for b in members[k]) for k in range(len(room))]
    seen = [0.0] * len(room)
    events: list[tuple[float, int, int]] = [(room[k] / active[k], 0, k) for k in range(len(room)) if active[k]]
    for b, inside in enumerate(sessions):
        inside.sort(key=lambda i: demands[i].maximum_ma)
        if inside:
            events.append((demands[inside[0]].maximum_ma - demands[inside[0]].minimum_ma, 1, b))
    heapify(events)
    capped = [0] * len(sessions)
    while events:
        level, is_cap, index = heappop(events)
        if is_cap:
            if level_of[index] is None:
                for k in paths[index]:
                    room[k] -= active[k] * (level - seen[k])
                    seen[k] = level
                inside = sessions[index]
                while capped[index] < len(inside):
                    demand = demands[inside[capped[index]]]
                    if demand.maximum_ma - demand.minimum_ma > level:
                        heappush(events, (demand.maximum_ma - demand.minimum_ma, 1, index))
                        break
                    result[inside[capped[index]]] = demand.maximum_ma
                    capped[index] += 1
                    rising[index] -= 1
                    for k in paths[index]:
                        active[k] -= 1
        elif active[index]:
            end = seen[index] + room[index] / active[index]
            if end > level + 1e-9:
                heappush(events, (end, 0, index))
                continue
            for b in members[index]:
                if level_of[b] is not None:
                    continue
                level_of[b] = level
                for i in sessions[b][capped[b] :]:
                    result[i] = demands[i].minimum_ma + level
                for k in paths[b]:
                    room[k] -= active[k] * (level - seen[k])
                    seen[k] = level
                    active[k] -= rising[b]
    return result


def paired_ms(first: Callable[[], object], second: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    """Medians of processor time and of the ratio; taken in turn, so that a busy machine slows both alike."""
    timed = partial(timeit, number=1, timer=process_time)
    pairs = [(timed(first) * 1_000, timed(second) * 1_000) for _ in range(rounds)]
    firsts, seconds = zip(*pairs, strict=True)
    return statistics.median(firsts), statistics.median(seconds), statistics.median(b / a for a, b in pairs)


def check(tree: Tree, free: list[list[int]], demands: list[Demand]) -> None:
    """Both must say the same, or the comparison means nothing."""
    bare = bare_filling(tree, free, demands)
    for grant, current_ma in zip(allocate(tree, free, demands), bare, strict=True):
        if not grant.limit_ma - 1e-3 <= current_ma <= grant.limit_ma + 100:
            raise SystemExit(f"connector {grant.connector}: {grant.limit_ma} mA here, {current_ma} mA bare")


def main() -> None:
    tree = tree_of_20()
    cases = (("tight", (0.2, 0.9), 0.0), ("with VIPs", (0.2, 0.9), 0.05), ("scarce", (-0.6, 0.3), 0.0))
    print(f"{'connectors':>10} {'case':>10} {'bare ms':>9} {'allocate ms':>12} {'ratio':>6}")
    for count, rounds in ((250, 201), (2_500, 31), (25_000, 7)):
        for name, share, vips in cases:
            demands = demands_of(count, seed=count, vips=vips)
            free = free_of(tree, demands, seed=count, share=share)
            if name == "tight":
                check(tree, free, demands)
            bare, ours, ratio = paired_ms(
                partial(bare_filling, tree, free, demands), partial(allocate, tree, free, demands), rounds
            )
            print(f"{count:>10} {name:>10} {bare:>9.2f} {ours:>12.2f} {ratio:>6.2f}")


if __name__ == "__main__":
    main()
