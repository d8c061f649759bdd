"""The site document as aligned text, for a terminal."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from common.text import aligned
from control.figures import UNKNOWN, number
from control.sentences import sentence
from dashboard.documents import Document
from dashboard.states import kind_of, kind_word
from dashboard.zone_cells import meter_cells, mode_word, reductions

Rows = list[list[str]]


def status_text(document: Document) -> str:
    """Zones and connectors as two tables."""
    return "\n\n".join((aligned(_zone_head(), _zones(document)), aligned(_outlet_head(), _outlets(document))))


def _zone_head() -> list[str]:
    return [
        _("ZONE"),
        _("MODE"),
        _("CAPACITY A"),
        _("BUILDING A"),
        _("MEASURED A"),
        _("ALLOCATED A"),
        _("RESERVED A"),
        _("METER"),
        _("REDUCTIONS"),
    ]


def _zones(document: Document) -> Rows:
    return [
        [
            "  " * zone["level"] + zone["name"],
            mode_word(zone),
            _by_line(zone["limit_a"]),
            _by_line(zone["building_a"]),
            _by_line(zone["measured_a"]),
            _by_line(zone["allocated_a"]),
            _by_line(zone["reserved_a"]),
            meter_cells(zone["meter"])["meter"] or UNKNOWN,
            reductions(zone),
        ]
        for zone in document["zones"]
    ]


def _outlet_head() -> list[str]:
    return [
        _("CONNECTOR"),
        _("STATE"),
        _("SENT A"),
        _("CONFIRMED A"),
        _("MEASURED A"),
        _("ENTITLED A"),
        _("REASON"),
    ]


def _outlets(document: Document) -> Rows:
    stations = {station["id"]: station for station in document["stations"]}
    rows = []
    for connector in document["connectors"]:
        station = stations.get(connector["station"])
        if station is not None:
            rows.append(
                [
                    f"{station['name'] or station['box_identity']}/{connector['number']}",
                    kind_word(kind_of(connector, station["state"])),
                    number(connector["setpoint_a"]),
                    number(connector["confirmed_a"]),
                    _by_line(connector["measured_a"]),
                    number(connector["entitled_a"]),
                    sentence(connector["reason"]),
                ]
            )
    return rows


def _by_line(currents: Sequence[float | None]) -> str:
    return " ".join(number(current) for current in currents)
