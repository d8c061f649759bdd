"""The line commands of `manage.py simulate`."""

import shlex
from collections.abc import Callable

from simulator.registers import Fault
from simulator.watch import Judged
from simulator.world import World

USAGE = """\
plug STATION[:N] [TAG]      a car arrives and its driver shows a card
unplug STATION[:N]          it leaves
badge STATION[:N] TAG       show a card
drop STATION                cut its network cable
reboot STATION              cut its power for a moment
restore STATION|METER       mend it
silence METER               it answers no more
fault METER KIND            silent, exception, garbage, late, frozen, nan, sentinel, times_ten, sign_flip
building ZONE A [A A]       what the building takes there, per phase
solar ZONE A [A A]          what the sun gives there, per phase
status                      true currents and cars
help, quit"""


def obey(world: World, line: str) -> str:
    """The answer to one command line; a mistake is answered in words, never raised."""
    try:
        words = shlex.split(line)
        if not words:
            return ""
        command = _COMMANDS.get(words[0])
        if command is None:
            return f"{words[0]}: no such command\n{USAGE}"
        return command(world, words[1:]) or "done"
    except KeyError as error:
        return f"{error.args[0]}: nothing here is called that"
    except (IndexError, TypeError, ValueError) as error:
        return f"not understood: {error}"


def table(rows: list[Judged]) -> str:
    """One line per zone: the worst and the present true current of each phase against the limit, in A."""
    lines = []
    for start in range(0, len(rows), 3):
        phases = rows[start : start + 3]
        cells = "  ".join(f"{r.line} {r.now_ma / 1000:6.1f} worst {r.worst_ma / 1000:6.1f}" for r in phases)
        marks = " TRIPPED" if any(r.tripped_at is not None for r in phases) else ""
        marks = marks or (" above" if any(r.exceeded for r in phases) else "")
        lines.append(f"{phases[0].zone:<18.18} limit {phases[0].limit_ma / 1000:6.1f}  {cells}{marks}")
    return "\n".join(lines)


def _outlet(word: str) -> tuple[str, int]:
    identity, _, number = word.partition(":")
    return identity, int(number or 1)


def _plug(world: World, words: list[str]) -> None:
    identity, number = _outlet(words[0])
    world.plug(identity, number, id_tag=words[1] if len(words) > 1 else None)


def _unplug(world: World, words: list[str]) -> None:
    world.unplug(*_outlet(words[0]))


def _badge(world: World, words: list[str]) -> None:
    world.badge(*_outlet(words[0]), words[1])


def _restore(world: World, words: list[str]) -> None:
    if words[0] in world.site.stations:
        world.restore_station(words[0])
    else:
        world.restore_meter(words[0])


def _amperes(words: list[str]) -> list[float]:
    amperes = [float(word) for word in words]
    if len(amperes) not in (1, 3):
        raise ValueError("one current for all phases, or three")
    return amperes * 3 if len(amperes) == 1 else amperes


def _status(world: World, _words: list[str]) -> str:
    lines = [table(world.report())]
    for identity, station in world.site.stations.items():
        for number, outlet in station.charging.outlets.items():
            currents = " ".join(f"{ma / 1000:5.1f}" for ma in station.currents_ma(number, world.now()))
            soc = f"{outlet.car.soc:4.0%}" if outlet.car else "   -"
            link = "linked" if station.linked else "no link"
            state = outlet.status(world.now())
            lines.append(
                f"{identity}:{number} {link:<8}{state:<14}{currents} A  offered {outlet.offered_ma / 1000:g} A {soc}"
            )
    return "\n".join(lines)


_COMMANDS: dict[str, Callable[[World, list[str]], str | None]] = {
    "plug": _plug,
    "unplug": _unplug,
    "badge": _badge,
    "drop": lambda world, words: world.drop(words[0]),
    "reboot": lambda world, words: world.reboot(words[0]),
    "restore": _restore,
    "silence": lambda world, words: world.silence_meter(words[0]),
    "fault": lambda world, words: world.misbehave(words[0], Fault(words[1])),
    "building": lambda world, words: world.building(words[0], _amperes(words[1:])),
    "solar": lambda world, words: world.solar(words[0], _amperes(words[1:])),
    "status": _status,
    "help": lambda _world, _words: USAGE,
}
