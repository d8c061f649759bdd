"""Energy meters. A meter names the zone that it serves and its role there (MET-1 to MET-6)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from zones.models import Zone


class Meter(models.Model):
    class Role(models.TextChoices):
        ZONE = "zone", _("Measures the zone")
        PRODUCTION = "production", _("Measures local production")

    name = models.CharField(_("name"), max_length=48, unique=True)
    model = models.CharField(_("model"), max_length=40)
    """A key of `metering.maps`."""
    host = models.CharField(_("address"), max_length=255)
    port = models.PositiveIntegerField(
        _("port"), default=502, validators=[MinValueValidator(1), MaxValueValidator(65_535)]
    )
    unit = models.PositiveSmallIntegerField(_("unit id"), default=255, validators=[MaxValueValidator(255)])
    inverted = models.BooleanField(_("inverted"), default=False)
    zone = models.ForeignKey(Zone, models.PROTECT, null=True, blank=True, related_name="meters", verbose_name=_("zone"))
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.ZONE)

    class Meta:
        verbose_name = _("meter")
        verbose_name_plural = _("meters")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["zone", "role"], name="metering_one_meter_per_zone_and_role")]

    def __str__(self) -> str:
        return self.name


class Reading(models.Model):
    """The newest poll of a meter, good or bad. Overwritten each time; `sequence` counts polls."""

    meter = models.OneToOneField(Meter, models.CASCADE, primary_key=True, related_name="reading")
    sequence = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(db_default=Now())
    error = models.CharField(_("error"), max_length=200, blank=True)
    """Empty: the values are good. Otherwise why the last poll failed; the values are then the last good ones."""
    currents_ma = models.JSONField(default=list)
    """Three signed integers by line: import positive (a production meter: production positive)."""
    powers_w = models.JSONField(default=list)
    power_w = models.FloatField(null=True)
    energy_wh = models.BigIntegerField(null=True)
    raw = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.meter} #{self.sequence}"
