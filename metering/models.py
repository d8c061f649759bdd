"""Energy meters and digital inputs, by Modbus.

A meter names the zone that it serves and its role there (MET-1 to MET-6); an input the zones that it reduces (DI-1).
"""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from metering.maps import MODELS, Table
from metering.validators import validate_host
from zones.models import Site, Zone


class Meter(models.Model):
    class Role(models.TextChoices):
        ZONE = "zone", _("Measures the zone")
        PRODUCTION = "production", _("Measures local production")

    name = models.CharField(
        _("name"),
        max_length=48,
        unique=True,
        error_messages={"unique": _("Another meter has this name. Give this one a name of its own.")},
    )
    model = models.CharField(_("model"), max_length=40)
    """A key of `metering.maps`."""
    host = models.CharField(_("address"), max_length=255, validators=[validate_host])
    port = models.PositiveIntegerField(
        _("port"), default=502, validators=[MinValueValidator(1), MaxValueValidator(65_535)]
    )
    unit = models.PositiveSmallIntegerField(_("unit id"), default=255, validators=[MaxValueValidator(255)])
    inverted = models.BooleanField(
        _("inverted"),
        default=False,
        help_text=_("The current transformers face the other way: what the meter shows as export is import."),
    )
    zone = models.ForeignKey(Zone, models.PROTECT, null=True, blank=True, related_name="meters", verbose_name=_("zone"))
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.ZONE)

    class Meta:
        verbose_name = _("meter")
        verbose_name_plural = _("meters")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "role"],
                name="metering_one_meter_per_zone_and_role",
                violation_error_message=_(
                    "Another meter does this for the zone already. Choose another zone or another role, or first take "
                    "the zone from the other meter."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.model not in MODELS:
            known = ", ".join(f"“{name}”" for name in MODELS)
            raise ValidationError(
                {"model": _("There is no meter model “%(model)s”; use one of %(known)s.")},
                params={"model": self.model, "known": known},
            )
        if self.zone is not None and self.role == self.Role.ZONE and self.zone.degraded_a is None:
            raise ValidationError({"zone": _("Give this zone a degraded setpoint before it gets a meter.")})
        self._check_strategy()

    def _check_strategy(self) -> None:
        """ENE-5: while the strategy needs one, the last production meter of a zone stays that."""
        site = Site.objects.filter(pk=1).exclude(production=Site.Production.GRID).first()
        if site is None or (self.zone is not None and self.role == self.Role.PRODUCTION):
            return
        metered = Meter.objects.filter(role=self.Role.PRODUCTION, zone__isnull=False)
        if list(metered.values_list("pk", flat=True)[:2]) == [self.pk]:
            message = _(
                "The strategy is “%(strategy)s”, and this is the last production meter of a zone. First give another "
                "zone a production meter, or choose “%(grid)s” on the page of the installation."
            )
            params = {"strategy": site.get_production_display(), "grid": Site.Production.GRID.label}
            raise ValidationError({"zone" if self.zone is None else "role": ValidationError(message, params=params)})

    @property
    def in_use(self) -> bool:
        """MET-6: a meter that a zone relies on can't be deleted."""
        return self.zone_id is not None


class Reading(models.Model):
    """The newest poll of a meter, good or bad. Overwritten each time; `sequence` counts polls."""

    meter = models.OneToOneField(Meter, models.CASCADE, primary_key=True, related_name="reading")
    sequence = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(db_default=Now())
    error = models.CharField(_("error"), max_length=200, blank=True)
    """Empty: the values are good. Otherwise why the last poll failed, in English; the values are the last good ones."""
    fault = models.JSONField(default=dict)
    """`error` as {"code", "params"} for `metering.sentences.stored_sentence`; {} when the values are good."""
    good_at = models.DateTimeField(null=True)
    """When the values were read."""
    imported_at = models.DateTimeField(db_default=Now())
    """When values were last read that showed no export (`metering.signs`), or when the meter was last set."""
    currents_ma = models.JSONField(default=list)
    """Three signed integers by line: import positive (a production meter: production positive)."""
    powers_w = models.JSONField(default=list)
    power_w = models.FloatField(null=True)
    energy_wh = models.BigIntegerField(null=True)
    raw = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")

    def __str__(self) -> str:
        return f"{self.meter} #{self.sequence}"


class DigitalInput(models.Model):
    """A contact that reduces zones while it is active, such as that of a ripple control receiver (DI-1)."""

    class Kind(models.TextChoices):
        DISCRETE = Table.DISCRETE.value, _("Discrete input")
        COIL = Table.COIL.value, _("Coil")

    class WhenLost(models.TextChoices):
        ACTIVE = "active", _("Counts as active")
        INACTIVE = "inactive", _("Counts as inactive")

    name = models.CharField(
        _("name"),
        max_length=30,
        unique=True,
        error_messages={"unique": _("Another digital input has this name. Give this one a name of its own.")},
    )
    host = models.CharField(_("address"), max_length=255, validators=[validate_host])
    port = models.PositiveIntegerField(
        _("port"), default=502, validators=[MinValueValidator(1), MaxValueValidator(65_535)]
    )
    unit = models.PositiveSmallIntegerField(_("unit id"), default=255, validators=[MaxValueValidator(255)])
    table = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DISCRETE)
    number = models.PositiveIntegerField(
        _("number"),
        validators=[MinValueValidator(1), MaxValueValidator(65_536)],
        help_text=_("As documented, from 1; the address on the wire is one less."),
    )
    inverted = models.BooleanField(_("inverted"), default=False, help_text=_("Active while the input is 0."))
    quotient_pct = models.PositiveSmallIntegerField(
        _("remaining (%)"),
        validators=[MaxValueValidator(100)],
        help_text=_("What remains of the maximum current of its zones while the input is active."),
    )
    zones = models.ManyToManyField(Zone, blank=True, related_name="digital_inputs", verbose_name=_("zones"))
    when_lost = models.CharField(_("when it is lost"), max_length=10, choices=WhenLost, default=WhenLost.ACTIVE)

    class Meta:
        verbose_name = _("digital input")
        verbose_name_plural = _("digital inputs")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class InputState(models.Model):
    """The newest poll of a digital input. Overwritten each time; `sequence` counts polls."""

    input = models.OneToOneField(DigitalInput, models.CASCADE, primary_key=True, related_name="state")
    sequence = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(db_default=Now())
    active = models.BooleanField(_("active"), null=True)
    """None: the poll failed, `fault` says why."""
    fault = models.JSONField(default=dict)
    """{"code", "params"} for `metering.sentences.stored_sentence`; {} when the input was read."""

    class Meta:
        verbose_name = _("state of a digital input")
        verbose_name_plural = _("states of digital inputs")

    def __str__(self) -> str:
        return f"{self.input} #{self.sequence}"
