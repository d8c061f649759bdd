"""The installation and its tree of electrical zones. Meters name their zone, not the other way round."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_ZONES = 20
MAX_LEVELS = 4


class Site(models.Model):
    """The one installation of this EVCE (primary key 1)."""

    class Grid(models.TextChoices):
        STAR = "3x400N", _("3 x 400 V with neutral")
        DELTA = "3x230", _("3 x 230 V without neutral")
        SINGLE = "1x230", _("1 x 230 V")

    class Minimum(models.TextChoices):
        IEC = "iec", _("IEC 61851: 6 A")
        EVZE = "evze", _("EV/ZE Ready: 8 A single-phase, 14 A three-phase")

    class Shedding(models.TextChoices):
        ENERGY = "energy", _("Energy: who received the most is suspended first")
        DURATION = "duration", _("Duration: who charged longest is suspended first")

    class Production(models.TextChoices):
        GRID = "grid", _("Grid only")
        LOCAL_GRID = "local+grid", _("Local production and grid")
        LOCAL = "local", _("Local production only")

    name = models.CharField(_("name"), max_length=60, default="EVCE")
    grid = models.CharField(_("grid"), max_length=8, choices=Grid, default=Grid.STAR)
    minimum = models.CharField(_("minimum current"), max_length=8, choices=Minimum, default=Minimum.IEC)
    shedding = models.CharField(_("shedding priority"), max_length=10, choices=Shedding, default=Shedding.ENERGY)
    production = models.CharField(
        _("local production strategy"), max_length=12, choices=Production, default=Production.GRID
    )
    review_s = models.PositiveIntegerField(
        _("review of priorities (s)"), default=900, validators=[MinValueValidator(60), MaxValueValidator(86_400)]
    )
    settle_s = models.PositiveIntegerField(
        _("settle time of a car (s)"), default=6, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    version = models.PositiveIntegerField(_("configuration version"), default=1, editable=False)

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installation")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="zones_one_site")]

    def __str__(self) -> str:
        return self.name


class Zone(models.Model):
    """An electrical switchboard feeding stations, or other zones (ZON-1, ZON-2)."""

    name = models.CharField(_("name"), max_length=48, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent zone")
    )
    max_current_a = models.DecimalField(
        _("maximum current (A)"), max_digits=7, decimal_places=1, validators=[MinValueValidator(Decimal(0))]
    )
    degraded_a = models.DecimalField(
        _("degraded setpoint (A)"),
        max_digits=7,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_(
            "What the stations may draw in all while the meter is lost: the maximum current minus the largest "
            "building load expected, sub-boards included. Required where the zone has a meter."
        ),
    )
    margin_a = models.DecimalField(
        _("guard margin (A)"),
        max_digits=6,
        decimal_places=1,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
    )
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Reduction(models.Model):
    """A quotient of a zone's maximum current imposed by a source (ENE-6)."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="reductions", verbose_name=_("zone"))
    source = models.CharField(_("source"), max_length=40)
    quotient_pct = models.PositiveSmallIntegerField(
        _("remaining (%)"), validators=[MaxValueValidator(100)], help_text=_("100 A at 70 %: 70 A remain.")
    )

    class Meta:
        verbose_name = _("reduction")
        verbose_name_plural = _("reductions")
        constraints = [models.UniqueConstraint(fields=["zone", "source"], name="zones_one_reduction_per_source")]

    def __str__(self) -> str:
        return f"{self.zone}: {self.quotient_pct} % ({self.source})"
