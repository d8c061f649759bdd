"""What a simulated day came to, in figures and words: energy, waiting, and how full each zone was."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.text import aligned
from control.figures import duration, number
from engine.wiring import LINE_NAMES
from simulator.day import Day
from simulator.visits import Visit
from simulator.weather import lines_of_site


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of all cars of a day; energies in Wh, times in s."""

    cars: int
    turned_away: int
    asked_wh: float
    delivered_wh: float
    served: int
    waited_s: float
    """On average, from the plug to the first current."""
    longest_wait_s: float
    paused_s: float
    paused_cars: int
    """For more than a minute: the first current takes some seconds to come."""


def outcome(day: Day) -> Outcome:
    visits = day.visits.visits
    waits = [visit.waited_s for visit in visits]
    return Outcome(
        cars=len(visits),
        turned_away=day.visits.turned_away,
        asked_wh=sum(visit.asked_wh for visit in visits),
        delivered_wh=sum(visit.delivered_wh for visit in visits),
        served=sum(visit.served for visit in visits),
        waited_s=sum(waits) / len(waits) if waits else 0.0,
        longest_wait_s=max(waits, default=0.0),
        paused_s=sum(visit.paused_s for visit in visits),
        paused_cars=sum(visit.paused_s > 60 for visit in visits),
    )


def day_text(day: Day) -> str:
    """The day as a page of text: the sums, the zones, the cars that left with less than they asked for."""
    parts = [aligned(["", ""], figures(outcome(day))).lstrip("\n"), aligned(_zone_head(), _zone_rows(day))]
    if day.scenario.cuts:
        parts.append(_("Reduced:") + "\n" + aligned([_("ZONE"), _("FROM"), _("TO"), _("LEFT %")], _cut_rows(day)))
    short = [visit for visit in day.visits.visits if not visit.served]
    if short:
        parts.append(_("Left with less than they asked for:") + "\n" + aligned(_car_head(), _car_rows(day, short)))
    return "\n\n".join(parts)


def figures(sums: Outcome) -> list[list[str]]:
    """(what, how much) for people."""
    share = 100 * sums.delivered_wh / sums.asked_wh if sums.asked_wh else 100.0
    came = str(sums.cars)
    if sums.turned_away:
        came = _("%(cars)s, and %(away)s found no free charging point") % {"cars": came, "away": sums.turned_away}
    delivered = {"energy": kwh(sums.delivered_wh), "share": number(share)}
    wait = {"mean": duration(sums.waited_s), "longest": duration(sums.longest_wait_s)}
    paused = ngettext(
        "%(time)s in all, %(cars)d car over 1 min",
        "%(time)s in all, %(cars)d cars over 1 min",
        sums.paused_cars,
    )
    return [
        [_("Cars"), came],
        [_("Energy asked for"), kwh(sums.asked_wh)],
        [_("Energy delivered"), _("%(energy)s (%(share)s %%)") % delivered],
        [_("Served in full"), f"{sums.served} / {sums.cars}"],
        [_("Wait for the first current"), _("%(mean)s on average, %(longest)s at most") % wait],
        [_("Paused by EVCE"), paused % {"time": duration(sums.paused_s), "cars": sums.paused_cars}],
    ]


def kwh(energy_wh: float) -> str:
    return f"{number(energy_wh / 1000)} kWh"


def visit_name(day: Day, visit: Visit) -> str:
    return day.bays[visit.connector].config.label


def clock(second: float) -> str:
    """Second since the first midnight -> "08:05"."""
    return f"{int(second // 3600) % 24:02}:{int(second // 60) % 60:02}"


def _zone_head() -> list[str]:
    return [_("ZONE"), _("PHASE"), _("MAXIMUM A"), _("PEAK A"), _("OF ITS LIMIT %"), _("CARS HELD BACK")]


def _zone_rows(day: Day) -> list[list[str]]:
    return [
        [
            "  " * (len(day.config.tree.paths[position]) - 1) + zone.name if line == 0 else "",
            LINE_NAMES[line],
            number(zone.max_ma / 1000),
            number(track.peak_ma[line] / 1000),
            number(100 * track.peak_share[line], 0),
            duration(track.limiting_s[line]),
        ]
        for position, (zone, track) in enumerate(zip(day.config.zones, day.tracks, strict=True))
        for line in lines_of_site(day.config)
    ]


def _cut_rows(day: Day) -> list[list[str]]:
    """To the minute: time of use counts from some seconds before. A scenario's `*` is every top-level zone."""
    return [
        [cut.zone or "*", clock(cut.from_s + 30), clock(cut.to_s + 30), number(cut.quotient_pct, 0)]
        for cut in day.scenario.cuts
    ]


def _car_head() -> list[str]:
    return [_("CHARGING POINT"), _("CAME"), _("LEFT"), _("ASKED"), _("GOT"), _("PAUSED")]


def _car_rows(day: Day, visits: list[Visit]) -> list[list[str]]:
    return [
        [
            visit_name(day, visit),
            clock(visit.arrives_at),
            clock(visit.leaves_at),
            kwh(visit.asked_wh),
            kwh(visit.delivered_wh),
            duration(visit.paused_s),
        ]
        for visit in visits
    ]
