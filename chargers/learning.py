"""What the answers of stations to limits teach, kept by station and by model and firmware (S16)."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from chargers import abilities
from chargers.abilities import Abilities, Learned
from chargers.models import LearnedProfile, Station
from chargers.records import LearnedReport
from common.text import printable
from journal import wording
from journal.models import Kind
from journal.records import Said
from journal.services import write_entry
from zones.services import bump_version

_KIND = ("vendor", "model", "firmware_version")
_FORGOTTEN = ("learned", "configuration")


def abilities_of(station: Station) -> Abilities:
    """Asks for its connectors, unless they were fetched with it."""
    connectors = len(station.connectors.all())
    return abilities.decide(station.configuration, abilities.load(station.learned), connectors)


def record_learned(reports: Sequence[LearnedReport]) -> list[None]:
    """Batch handler. Of one station the last report counts; stations of its kind begin with it."""
    newest = {report.station: report for report in reports}
    managed = False
    for station in Station.objects.filter(pk__in=newest).prefetch_related("connectors"):
        report = newest[station.pk]
        before, forms = abilities_of(station), abilities.load(station.learned).forms
        station.learned = abilities.dump(_clean(report.learned))
        station.save(update_fields=["learned"])
        managed |= abilities_of(station) != before
        if abilities_of(station) != before or {**forms, **report.learned.forms} != forms:
            _journal(station, "limits_learned", Said("limits_learned", {"told": _learned(station)}))
        if station.model:
            kind = {name: getattr(station, name) for name in _KIND}
            kept = {"learned": station.learned, "learned_at": report.at}
            LearnedProfile.objects.update_or_create(**kind, defaults=kept)
    if managed:
        bump_version()
    return [None] * len(reports)


def record_volatile(stations: Sequence[int]) -> list[None]:
    """Batch handler. These were seen to have lost their limits (F3)."""
    if Station.objects.filter(pk__in=stations, volatile=False).update(volatile=True):
        bump_version()
    return [None] * len(stations)


def forget(station: Station) -> list[str]:
    """Another vendor, model or firmware: it starts with what its kind has taught, and is asked again what it can do.

    Returns the fields to save; the caller saves. Control and the gateway hear of it.
    """
    kind = {name: getattr(station, name) for name in _KIND}
    taught = LearnedProfile.objects.filter(**kind).first() if station.model else None
    station.learned = taught.learned if taught else {}
    known, station.configuration = station.configuration, {}
    if station.learned or known:
        bump_version()
    return list(_FORGOTTEN)


def forget_learned(*, stations: Iterable[Station], by: str = "") -> int:
    """These stations, and the next ones of their kinds, begin at the top of the ladder again. Returns how many."""
    forgotten = list(stations)
    with transaction.atomic():
        for station in forgotten:
            kind = {name: getattr(station, name) for name in _KIND}
            LearnedProfile.objects.filter(**kind).delete()
            station.learned, station.configuration = {}, {}
            station.save(update_fields=list(_FORGOTTEN))
            _journal(station, "limits_forgotten", Said("limits_forgotten", {"by": by}))
        bump_version()
    return len(forgotten)


def told(station: Station) -> str:
    """What was learned of a station, in words."""
    return wording.spoken([{"code": said.code, "params": said.params} for said in _learned(station)])


def _learned(station: Station) -> list[Said]:
    learned = abilities.load(station.learned)
    can = abilities_of(station)
    said = [Said("limit_form", {"target": target, "form": form}) for target, form in sorted(learned.forms.items())]
    if can.default_only:
        said.append(Said("takes_standing_only"))
    elif not can.can_hold:
        said.append(Said("cannot_hold"))
    if learned.refusal:
        said.append(Said("last_refusal", {"words": learned.refusal}))
    return said


def _journal(station: Station, subtype: str, message: Said) -> None:
    zone = station.zone.name if station.zone else ""
    write_entry(kind=Kind.LOAD, subtype=subtype, device=station.box_identity, zone=zone, message=message)


def _clean(learned: Learned) -> Learned:
    forms = {printable(target, 20): printable(form, 30) for target, form in learned.forms.items()}
    return Learned(forms, learned.default_only, printable(learned.since, 40), printable(learned.refusal, 200))
