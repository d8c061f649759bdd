"""The installation and its tree of electrical zones. Meters name their zone, not the other way round."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from zones.figures import ampere
from zones.optimisation import DEFAULTS_A, DELAY_S, WAKE_UP_S, contradictions

MAX_ZONES = 20
MAX_LEVELS = 4
MAX_PERIODS = 5
MAX_SLOTS = 20
"""In all periods together (CAP-1)."""
ONE_REDUCTION = _("This source reduces the zone already. Change that line, or name another source.")
ONE_SLOT = _("This period has a time slot of these hours already. Change its hours, or take one of the two away.")


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

    class Suspension(models.TextChoices):
        ALLOW = "allow", _("Allow: 0 A, and the minimum for a minute at every wake-up")
        DISABLE = "disable", _("Disable: never")
        REUSE = "reuse", _("Reuse the setpoint: it keeps the minimum, the rest goes to others")

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
    optimise = models.BooleanField(
        _("consumption optimisation"),
        default=True,
        help_text=_("A car that draws less than it is offered gives the rest to others until it wants more."),
    )
    trigger_a = models.DecimalField(
        _("trigger (A)"),
        max_digits=5,
        decimal_places=1,
        default=DEFAULTS_A["trigger_a"],
        validators=[MinValueValidator(Decimal("0.1"))],
        help_text=_("A car must draw less than its setpoint by more than this."),
    )
    margin_a = models.DecimalField(
        _("margin above the consumption (A)"),
        max_digits=5,
        decimal_places=1,
        default=DEFAULTS_A["margin_a"],
        validators=[MinValueValidator(Decimal("0.1"))],
        help_text=_("It keeps its consumption and this much. Not larger than the trigger."),
    )
    gap_a = models.DecimalField(
        _("minimum gap (A)"),
        max_digits=5,
        decimal_places=1,
        default=DEFAULTS_A["gap_a"],
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("A car that comes so close to its setpoint wants more and gets it. Smaller than the margin."),
    )
    delay_s = models.PositiveIntegerField(
        _("optimisation delay (s)"),
        default=DELAY_S,
        validators=[MinValueValidator(1), MaxValueValidator(3_600)],
        help_text=_(
            "For so long a car must draw little, or nothing. Where cars pause for a fan, 90 s keep them from being "
            "suspended."
        ),
    )
    suspension = models.CharField(
        _("suspension of cars that draw nothing"),
        max_length=10,
        choices=Suspension,
        default=Suspension.ALLOW,
        help_text=_("Of a car that draws less than 1 A for the optimisation delay; also without optimisation."),
    )
    wake_up_s = models.PositiveIntegerField(
        _("wake-up interval (s)"),
        default=WAKE_UP_S,
        validators=[MinValueValidator(10), MaxValueValidator(86_400)],
        help_text=_("How often a suspended car is offered the minimum."),
    )
    version = models.PositiveIntegerField(_("configuration version"), default=1, editable=False)

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installation")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="zones_one_site")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        figures = {"trigger_a": self.trigger_a, "margin_a": self.margin_a, "gap_a": self.gap_a}
        if None not in figures.values() and (found := dict(contradictions(**figures))):
            raise ValidationError(found)


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
    """A quotient of a zone's maximum current, or a maximum of its own, imposed by a source (ENE-6).

    What an installer configures stays. What a building management system asks for is a lease (S20): at `expires_at`
    it is released or becomes its fallback, unless it was renewed.
    """

    class Origin(models.TextChoices):
        CONFIGURATION = "configuration", _("Configuration")
        EBMS = "ebms", _("Building management system")

    class OnExpiry(models.TextChoices):
        RELEASE = "release", _("The limit is released")
        FALLBACK = "fallback", _("The fallback current stays in force")

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="reductions", verbose_name=_("zone"))
    source = models.CharField(_("source"), max_length=40)
    origin = models.CharField(_("origin"), max_length=16, choices=Origin, default=Origin.CONFIGURATION, editable=False)
    quotient_pct = models.PositiveSmallIntegerField(
        _("remaining (%)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("100 A at 70 %: 70 A remain."),
    )
    max_current_a = models.DecimalField(
        _("maximum current (A)"),
        max_digits=7,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    set_at = models.DateTimeField(_("set"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    on_expiry = models.CharField(_("on expiry"), max_length=10, choices=OnExpiry, default=OnExpiry.RELEASE)
    fallback_current_a = models.DecimalField(
        _("fallback current (A)"),
        max_digits=7,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )

    class Meta:
        verbose_name = _("reduction")
        verbose_name_plural = _("reductions")
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "origin", "source"],
                name="zones_one_reduction_per_source",
                violation_error_message=ONE_REDUCTION,
            ),
            models.CheckConstraint(
                condition=models.Q(quotient_pct__isnull=False) | models.Q(max_current_a__isnull=False),
                name="zones_reduction_reduces",
                violation_error_message=_("Give what remains in percent, a maximum current, or both."),
            ),
        ]

    def __str__(self) -> str:
        figures = [f"{self.quotient_pct} %"] if self.quotient_pct is not None else []
        figures += [f"{ampere(self.max_current_a)} A"] if self.max_current_a is not None else []
        return f"{self.zone}: {', '.join(figures)} ({self.source})"

    def clean(self) -> None:
        if (self.on_expiry == self.OnExpiry.FALLBACK) != (self.fallback_current_a is not None):
            message = _("A fallback current is given when it is what follows on expiry, and only then.")
            raise ValidationError({"fallback_current_a": message})


class TouPeriod(models.Model):
    """Hours of the week in which less may be drawn (TOU-1); local time of the building."""

    name = models.CharField(
        _("name"),
        max_length=30,
        unique=True,
        error_messages={"unique": _("Another time-of-use period has this name. Give this one a name of its own.")},
    )
    enabled = models.BooleanField(_("on"), default=True)
    monday = models.BooleanField(_("Monday"), default=True)
    tuesday = models.BooleanField(_("Tuesday"), default=True)
    wednesday = models.BooleanField(_("Wednesday"), default=True)
    thursday = models.BooleanField(_("Thursday"), default=True)
    friday = models.BooleanField(_("Friday"), default=True)
    saturday = models.BooleanField(_("Saturday"), default=True)
    sunday = models.BooleanField(_("Sunday"), default=True)
    max_charge_pct = models.PositiveSmallIntegerField(
        _("maximum charge (%)"),
        validators=[MaxValueValidator(100)],
        help_text=_("What remains of the maximum current: 100 A at 80 % are 80 A; 0 % stops charging from the grid."),
    )
    zones = models.ManyToManyField(Zone, blank=True, related_name="tou_periods", verbose_name=_("zones"))

    class Meta:
        verbose_name = _("time-of-use period")
        verbose_name_plural = _("time-of-use periods")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def days(self) -> tuple[bool, ...]:
        """Monday first."""
        weekdays = (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday)
        return (*weekdays, self.saturday, self.sunday)


class TouSlot(models.Model):
    """From `start` to `end`; on the next day where `end` is not after `start`. The day is that of its start."""

    period = models.ForeignKey(TouPeriod, models.CASCADE, related_name="slots", verbose_name=_("period"))
    start = models.TimeField(_("start"))
    end = models.TimeField(
        _("end"), help_text=_("Not after the start: on the next day. The same as the start: a whole day.")
    )

    class Meta:
        verbose_name = _("time slot")
        verbose_name_plural = _("time slots")
        ordering = ["start", "end"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "start", "end"],
                name="zones_one_slot_of_these_hours",
                violation_error_message=ONE_SLOT,
            )
        ]

    def __str__(self) -> str:
        return f"{self.start:%H:%M} - {self.end:%H:%M}"
