"""A simulated day as a picture: per zone the building, the cars and the limit over 24 hours; a bar for each car."""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from commissioning.day_report import clock, figures, kwh, outcome, visit_name
from common.text import printable
from control.figures import number
from engine.wiring import LINE_NAMES, LINES
from simulator.day import Day, Track
from simulator.scenario import DAY_S
from simulator.visits import SLOT_S, Visit

WIDTH, LEFT, RIGHT = 1160, 190, 150
PLOT = WIDTH - LEFT - RIGHT
ZONE_HEIGHT, ZONE_GAP = 150, 46
MOST_CARS = 120
_STYLE = """\
text{font:12px system-ui,sans-serif;fill:#1f2933}
.title{font-size:22px;font-weight:600}.small{font-size:11px;fill:#52606d}.name{font-size:13px;font-weight:600}
.end{text-anchor:end}.mid{text-anchor:middle}.grid{stroke:#e4e7eb}.axis{stroke:#9aa5b1}
.building{fill:#b8c2cc}.cars{fill:#2f80ed}.limit{fill:none;stroke:#c0392b;stroke-width:1.6}
.sun{fill:none;stroke:#e0a100;stroke-width:1.4;stroke-dasharray:4 3}
.stay{fill:#eef1f4}.paused{fill:#f2a65a}.short{fill:#c0392b}"""

Point = tuple[float, float]


def day_picture(day: Day, title: str) -> str:
    """SVG, 1160 wide; at most 120 cars are drawn."""
    zones = [(p, track) for p, track in enumerate(day.tracks)]
    parts, y = _head(day, title), 176.0
    for position, track in zones:
        parts += _zone(day, position, track, y)
        y += ZONE_HEIGHT + ZONE_GAP
    visits = day.visits.visits[:MOST_CARS]
    row = 15.0 if len(visits) <= 40 else 11.0
    parts += _cars(day, visits, y, row)
    height = round(y + 26 + row * len(visits) + 44)
    size = f'width="{WIDTH}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {WIDTH} {height}">',
        f"<style>{_STYLE}</style>",
        f'<rect {size} fill="#fff"/>',
        *parts,
        "</svg>\n",
    ]
    return "\n".join(lines)


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{kind}">{escape(printable(text, 200))}</text>'


def _x(day: Day, second: float) -> float:
    return round(LEFT + PLOT * (second - day.scenario.from_s) / DAY_S, 1)


def _head(day: Day, title: str) -> list[str]:
    parts = [_text(24, 40, title, "title")]
    for i, (what, value) in enumerate(figures(outcome(day))):
        x, y = 24 + 380 * (i % 3), 72 + 36 * (i // 3)
        parts += [_text(x, y, what, "small"), _text(x, y + 17, value, "name")]
    legend = [
        ("building", _("building")),
        ("cars", _("cars")),
        ("paused", _("paused")),
        ("stay", _("plugged in")),
    ]
    x = LEFT
    for kind, word in legend:
        parts += [f'<rect x="{x}" y="146" width="14" height="12" class="{kind}"/>', _text(x + 20, 156, word, "small")]
        x += 120
    for kind, word in [("limit", _("limit")), ("sun", _("sun"))]:
        parts += [f'<path d="M{x} 152h16" class="{kind}"/>', _text(x + 22, 156, word, "small")]
        x += 100
    return parts


def _hours(day: Day, top: float, bottom: float, labels: bool) -> list[str]:
    parts = []
    for hour in range(0, 25, 3):
        second = day.scenario.from_s + hour * 3600
        x = _x(day, second)
        parts.append(f'<path d="M{x:g} {top:g}V{bottom:g}" class="grid"/>')
        if labels:
            parts.append(_text(x, bottom + 15, clock(second), "small mid"))
    return parts


def _zone(day: Day, position: int, track: Track, top: float) -> list[str]:
    """Of its phase with the highest peak, relative to its limit."""
    zone = day.config.zones[position]
    line = max(LINES, key=lambda p: (track.peak_share[p], track.peak_ma[p]))
    slots = DAY_S // SLOT_S
    building = [track.building[slot][line] / SLOT_S for slot in range(slots)]
    total = [building[slot] + track.cars[slot][line] / SLOT_S for slot in range(slots)]
    limit = [track.limit[slot][line] / SLOT_S for slot in range(slots)]
    sun = [track.solar[slot][line] / SLOT_S for slot in range(slots)]
    highest = 1.08 * max(*total, *limit, *sun, 1_000.0)
    bottom = top + ZONE_HEIGHT

    def points(values: Sequence[float]) -> list[Point]:
        return [
            (_x(day, day.scenario.from_s + (i + half) * SLOT_S), round(bottom - ZONE_HEIGHT * value / highest, 1))
            for i, value in enumerate(values)
            for half in (0, 1)
        ]

    parts = _hours(day, top, bottom, labels=True)
    parts += _scale(highest, top, bottom)
    parts.append(_area(points(total), points(building), "cars"))
    parts.append(_area(points(building), [(LEFT, bottom), (LEFT + PLOT, bottom)], "building"))
    if any(sun):
        parts.append(_path(points(sun), "sun"))
    parts.append(_path(points(limit), "limit"))
    level = len(day.config.tree.paths[position]) - 1
    maximum = _("%(limit)s A, phase %(line)s") % {"limit": number(zone.max_ma / 1000), "line": LINE_NAMES[line]}
    held = track.limiting_s[line] / 3600
    peak = _("peak %(peak)s A") % {"peak": number(track.peak_ma[line] / 1000)}
    return [
        *parts,
        _text(24 + 10 * level, top + 16, _short(zone.name), "name"),
        _text(24 + 10 * level, top + 34, maximum, "small"),
        _text(WIDTH - RIGHT + 14, top + 16, peak, "small"),
        _text(WIDTH - RIGHT + 14, top + 34, _("%(hours)s h at its limit") % {"hours": number(held)}, "small"),
    ]


def _short(name: str, most: int = 20) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _scale(highest_ma: float, top: float, bottom: float) -> list[str]:
    """Three to six lines in round ampere."""
    highest_a = highest_ma / 1000
    steps = [m * 10**e for e in range(-1, 5) for m in (1, 2, 5)]
    step = next((s for s in steps if highest_a / s <= 5), highest_a)
    parts = []
    for i in range(int(highest_a / step) + 1):
        y = round(bottom - (bottom - top) * i * step / highest_a, 1)
        kind = "grid" if i else "axis"
        parts.append(f'<path d="M{LEFT} {y:g}h{PLOT}" class="{kind}"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{i * step:g}", "small end"))
    return parts


def _path(points: Iterable[Point], kind: str) -> str:
    return f'<path d="M{_joined(points)}" class="{kind}"/>'


def _area(upper: Sequence[Point], lower: Sequence[Point], kind: str) -> str:
    return f'<path d="M{_joined(upper)}L{_joined(reversed(lower))}Z" class="{kind}"/>'


def _joined(points: Iterable[Point]) -> str:
    return "L".join(f"{x:g} {y:g}" for x, y in points)


def _cars(day: Day, visits: Sequence[Visit], top: float, row: float) -> list[str]:
    bottom = top + 8 + row * len(visits)
    parts = [_text(24, top, _("Cars"), "name"), *_hours(day, top + 4, bottom, labels=True)]
    parts.append(_text(WIDTH - RIGHT + 14, top, _("got / asked"), "small"))
    for i, visit in enumerate(visits):
        parts += _car(day, visit, top + 8 + row * i, row - 3)
    return parts


def _car(day: Day, visit: Visit, top: float, height: float) -> list[str]:
    """Its stay; in it, as high as the current against the most it can take, what it drew; and where it was paused."""
    start, end = _x(day, visit.arrives_at), _x(day, visit.leaves_at)
    most_ma = min(visit.spec.max_ma, day.bays[visit.connector].config.rating_ma)
    parts = [f'<rect x="{start:g}" y="{top:g}" width="{end - start:.1f}" height="{height:g}" class="stay"/>']
    for slot, seconds in visit.paused_slots_s.items():
        x = _x(day, day.scenario.from_s + slot * SLOT_S)
        width = PLOT * SLOT_S / DAY_S * seconds / SLOT_S
        parts.append(f'<rect x="{x:g}" y="{top:g}" width="{width:.2f}" height="{height:g}" class="paused"/>')
    edges: list[Point] = []
    for slot, mas in sorted(visit.drawn_mas.items()):
        share = min(1.0, mas / SLOT_S / most_ma)
        x = _x(day, day.scenario.from_s + slot * SLOT_S)
        y = round(top + height * (1 - share), 1)
        edges += [(x, top + height), (x, y), (_x(day, day.scenario.from_s + (slot + 1) * SLOT_S), y)]
        edges.append((edges[-1][0], top + height))
    if edges:
        parts.append(f'<path d="M{_joined(edges)}Z" class="cars"/>')
    result = f"{kwh(visit.delivered_wh).removesuffix(' kWh')} / {kwh(visit.asked_wh)}"
    kind = "small" if visit.served else "small short"
    return [
        *parts,
        _text(LEFT - 8, top + height - 2, _short(visit_name(day, visit), 26), "small end"),
        _text(WIDTH - RIGHT + 14, top + height - 2, result, kind),
    ]
