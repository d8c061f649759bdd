"""One thing about a configuration that a person should know before cars find out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from common.text import printable

MAX_LINE_CHARS = 1_000


class Severity(StrEnum):
    ERROR = "error"
    """Refused by pages and site files; safe at run time, but somebody gets no current."""
    WARNING = "warning"
    """Allowed, and somebody will get no current because of it."""
    NOTICE = "notice"
    """Allowed, and not what everybody expects."""


class Kind(StrEnum):
    SITE = "site"
    ZONE = "zone"
    STATION = "station"
    METER = "meter"
    PERIOD = "period"
    INPUT = "input"


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable (docs/configuration-checks.md); `subject` is a name, or a path in a site file; `sentence` is in
    the active language."""

    code: str
    kind: Kind
    subject: str
    sentence: str
    severity: Severity = Severity.NOTICE

    def __str__(self) -> str:
        return labelled(self.subject, self.sentence)


def labelled(what: str, said: str) -> str:
    """With the colon of the active language; what has no name needs none."""
    return _("%(what)s: %(said)s") % {"what": what, "said": said} if what else said


def severity_word(severity: Severity) -> str:
    words = {Severity.ERROR: _("Error"), Severity.WARNING: _("Warning"), Severity.NOTICE: _("Notice")}
    return words[severity]


def kind_word(kind: Kind) -> str:
    words = {
        Kind.SITE: _("Installation"),
        Kind.ZONE: _("Zone"),
        Kind.STATION: _("Station"),
        Kind.METER: _("Meter"),
        Kind.PERIOD: _("Time-of-use period"),
        Kind.INPUT: _("Digital input"),
    }
    return words[kind]


def report(findings: Iterable[Finding]) -> Iterator[str]:
    """As lines for a terminal."""
    for finding in findings:
        yield printable(labelled(severity_word(finding.severity), str(finding)), MAX_LINE_CHARS)
