"""What the answers of stations to limits teach, kept by station and by model and firmware (S16)."""

from collections.abc import Sequence

from chargers import abilities
from chargers.abilities import Abilities, Learned
from chargers.models import LearnedProfile, Station
from chargers.records import LearnedReport
from common.text import printable
from zones.services import bump_version

_FORGOTTEN = ("learned", "configuration")


def abilities_of(station: Station) -> Abilities:
    connectors = station.connectors.count()
    return abilities.decide(station.configuration, abilities.load(station.learned), connectors)


def record_learned(reports: Sequence[LearnedReport]) -> list[None]:
    """Batch handler. Of one station the last report counts; stations of its kind begin with it."""
    newest = {report.station: report for report in reports}
    managed = False
    for station in Station.objects.filter(pk__in=newest):
        report = newest[station.pk]
        before = abilities_of(station)
        station.learned = abilities.dump(_clean(report.learned))
        station.save(update_fields=["learned"])
        managed |= abilities_of(station) != before
        if station.model:
            kind = {name: getattr(station, name) for name in ("vendor", "model", "firmware_version")}
            kept = {"learned": station.learned, "learned_at": report.at}
            LearnedProfile.objects.update_or_create(**kind, defaults=kept)
    if managed:
        bump_version()
    return [None] * len(reports)


def forget(station: Station) -> list[str]:
    """Another vendor, model or firmware: it starts with what its kind has taught, and is asked again what it can do.

    Returns the fields to save; the caller saves. Control and the gateway hear of it.
    """
    kind = {name: getattr(station, name) for name in ("vendor", "model", "firmware_version")}
    taught = LearnedProfile.objects.filter(**kind).first() if station.model else None
    station.learned = taught.learned if taught else {}
    known, station.configuration = station.configuration, {}
    if station.learned or known:
        bump_version()
    return list(_FORGOTTEN)


def _clean(learned: Learned) -> Learned:
    forms = {printable(target, 20): printable(form, 30) for target, form in learned.forms.items()}
    return Learned(forms, learned.default_only, printable(learned.since, 40), printable(learned.refusal, 200))
