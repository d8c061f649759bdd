"""What a building management system asks of a zone: a limit for a while (API-1, ENE-6, S17, S20)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from journal.models import Kind
from journal.records import Said
from journal.services import write_entry
from zones.models import Reduction, Zone
from zones.services import bump_version

LONGEST = timedelta(days=366)
_FIGURES = ("quotient_pct", "max_current_a", "on_expiry", "fallback_current_a")


def set_limit(
    *,
    zone: Zone,
    source: str,
    expires_at: datetime,
    quotient_pct: int | None = None,
    max_current_a: Decimal | None = None,
    on_expiry: str = Reduction.OnExpiry.RELEASE,
    fallback_current_a: Decimal | None = None,
) -> Reduction:
    """Set or renew the limit of this source on a zone: a quotient in percent, a maximum in A, or both.

    It can only lower what the zone may draw. At `expires_at` it is released, or `fallback_current_a` becomes its
    maximum until it is set or released. A new version of the configuration. Raises ValidationError, by field.
    """
    now = clock.now()
    if not now < expires_at <= now + LONGEST:
        message = _("The expiry must be in the future, at most %(days)d days from now.")
        raise ValidationError({"expires_at": message % {"days": LONGEST.days}})
    values = (quotient_pct, max_current_a, on_expiry, fallback_current_a)
    with transaction.atomic():
        row = _of(zone, source) or Reduction(zone=zone, origin=Reduction.Origin.EBMS, source=source)
        before = None if row.pk is None else tuple(getattr(row, name) for name in _FIGURES)
        for name, value in zip(_FIGURES, values, strict=True):
            setattr(row, name, value)
        row.set_at, row.expires_at = now, expires_at
        row.full_clean()
        row.save()
        if before != tuple(getattr(row, name) for name in _FIGURES):
            _journal(row, "limit_set", {"until": expires_at.isoformat()})
        bump_version()
    return row


def release_limit(*, zone: Zone, source: str) -> bool:
    """False where this source has no limit on the zone. Otherwise a new version of the configuration."""
    with transaction.atomic():
        row = _of(zone, source)
        if row is None:
            return False
        _journal(row, "limit_released")
        row.delete()
        bump_version()
    return True


def end_limits(*, ended: Iterable[tuple[int, datetime]]) -> int:
    """Carry out the expiry of limits: (id, `expires_at` as it was when it passed). How many rows changed.

    One that was renewed or released meanwhile is left alone. Control calls this, by its own clock.
    """
    count = 0
    with transaction.atomic():
        for pk, expires_at in ended:
            row = Reduction.objects.select_related("zone").filter(pk=pk, expires_at=expires_at).first()
            if row is None:
                continue
            _journal(row, "limit_expired")
            _end(row)
            count += 1
        if count:
            bump_version()
    return count


def _end(row: Reduction) -> None:
    if row.on_expiry != Reduction.OnExpiry.FALLBACK:
        row.delete()
        return
    row.quotient_pct, row.max_current_a = None, row.fallback_current_a
    row.on_expiry, row.fallback_current_a, row.expires_at = Reduction.OnExpiry.RELEASE, None, None
    row.save()


def _of(zone: Zone, source: str) -> Reduction | None:
    return Reduction.objects.filter(zone=zone, origin=Reduction.Origin.EBMS, source=source).first()


def _journal(row: Reduction, code: str, params: Mapping[str, str] = MappingProxyType({})) -> None:
    figures = {"quotient_pct": row.quotient_pct, "max_a": row.max_current_a}
    limit = Said("zone_limit", {"zone": row.zone.name, "source": row.source, **figures})
    message = Said(code, {"limit": limit, **params})
    write_entry(kind=Kind.LOAD, subtype="limit", message=message, zone=row.zone.name)
