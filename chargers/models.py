"""Stations, their connectors, and what each connector was told it may draw."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from rfid.models import AuthGroup
from zones.models import Zone

validate_box_identity = RegexValidator(
    r"^[a-zA-Z0-9*\-_=+|@.]{1,30}\Z",
    _("Use 1 to 30 of the characters a-z A-Z 0-9 * - _ = + | @ . without spaces."),
)
ONE_NUMBER = _("This station has a connector of this number already. Give each connector a number of its own.")


def is_legal_identity(text: str) -> bool:
    """STA-3."""
    try:
        validate_box_identity(text)
    except ValidationError:
        return False
    return True


class Station(models.Model):
    """A charging station. Unknown ones that call in are *detected* until an admin installs them."""

    class State(models.TextChoices):
        DETECTED = "detected", _("Detected")
        INSTALLED = "installed", _("Installed")

    box_identity = models.CharField(
        _("box identity"),
        max_length=30,
        unique=True,
        validators=[validate_box_identity],
        error_messages={
            "unique": _(
                "A station with this box identity is in the list already, perhaps as a detected one: open it there."
            )
        },
    )
    name = models.CharField(_("name"), max_length=30, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DETECTED)
    zone = models.ForeignKey(
        Zone, models.PROTECT, null=True, blank=True, related_name="stations", verbose_name=_("zone")
    )
    group = models.ForeignKey(
        AuthGroup,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="stations",
        verbose_name=_("authentication group"),
    )
    vip = models.BooleanField(_("VIP station"), default=False)
    volatile = models.BooleanField(
        _("loses its limits"),
        default=False,
        help_text=_(
            "At a restart or with its link the station loses what it was told. While it is away it then counts at its "
            "rating. Set by itself when a station is seen to do so."
        ),
    )
    position = models.PositiveIntegerField(_("order"), default=0)
    vendor = models.CharField(_("vendor"), max_length=50, blank=True)
    model = models.CharField(_("model"), max_length=50, blank=True)
    serial_number = models.CharField(_("serial number"), max_length=50, blank=True)
    firmware_version = models.CharField(_("firmware version"), max_length=50, blank=True)
    address = models.CharField(_("IP address"), max_length=45, blank=True)
    online = models.BooleanField(_("online"), default=False, editable=False)
    ever_connected = models.BooleanField(default=False, editable=False)
    """It was online at least once since it was installed."""
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When a BootNotification of it was first answered Accepted since it was installed."""
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
    configuration = models.JSONField(_("configuration keys"), default=dict, blank=True, editable=False)
    refused_keys = models.JSONField(_("configuration keys refused"), default=dict, blank=True, editable=False)
    quirks = models.JSONField(_("deviations from the standard"), default=dict, blank=True, editable=False)
    learned = models.JSONField(_("forms of limits it takes"), default=dict, blank=True, editable=False)
    """`chargers.abilities.Learned`, of the firmware that it reports."""
    detected_at = models.DateTimeField(_("detected on"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name or self.box_identity


class Connector(models.Model):
    """One outlet of a station (OCPP connectorId >= 1)."""

    class Phases(models.TextChoices):
        """With neutral: terminals 1, 2, 3 on those lines. Delta: `L1L2` is between L1 and L2."""

        L1L2L3 = "L1L2L3", "L1 L2 L3"
        L2L3L1 = "L2L3L1", "L2 L3 L1"
        L3L1L2 = "L3L1L2", "L3 L1 L2"
        L1L3L2 = "L1L3L2", "L1 L3 L2"
        L2L1L3 = "L2L1L3", "L2 L1 L3"
        L3L2L1 = "L3L2L1", "L3 L2 L1"
        L1 = "L1", "L1"
        L2 = "L2", "L2"
        L3 = "L3", "L3"
        L1L2 = "L1L2", "L1-L2"
        L2L3 = "L2L3", "L2-L3"
        L3L1 = "L3L1", "L3-L1"

    class Kind(models.TextChoices):
        AC = "ac", _("AC")
        DC = "dc", _("DC")

    station = models.ForeignKey(Station, models.CASCADE, related_name="connectors", verbose_name=_("station"))
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    phases = models.CharField(_("phases"), max_length=6, choices=Phases, default=Phases.L1L2L3)
    max_current_a = models.DecimalField(
        _("maximum current (A)"),
        max_digits=5,
        decimal_places=1,
        default=Decimal(32),
        validators=[MinValueValidator(Decimal(0))],
    )
    kind = models.CharField(_("kind"), max_length=2, choices=Kind, default=Kind.AC)
    minimum_current_a = models.DecimalField(
        _("minimum current (A)"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("DC only: what its model needs to start, per phase. Empty: the power of 6 A per phase."),
    )
    efficiency_pct = models.PositiveSmallIntegerField(
        _("efficiency (%)"),
        default=100,
        validators=[MinValueValidator(50), MaxValueValidator(100)],
        help_text=_("DC only: below 100 where the station limits what it gives to the car, not what it takes."),
    )
    status = models.CharField(_("status"), max_length=16, default="unknown", editable=False)
    status_at = models.DateTimeField(null=True, editable=False)
    error_code = models.CharField(_("error"), max_length=50, blank=True, editable=False)

    class Meta:
        verbose_name = _("connector")
        verbose_name_plural = _("connectors")
        ordering = ["station__position", "station_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "number"],
                name="chargers_one_connector_number",
                violation_error_message=ONE_NUMBER,
            )
        ]

    def __str__(self) -> str:
        return f"{self.station}/{self.number}"


class LearnedProfile(models.Model):
    """What the stations of a kind taught, so that the next one of that kind starts with it."""

    vendor = models.CharField(_("vendor"), max_length=50, blank=True)
    model = models.CharField(_("model"), max_length=50)
    firmware_version = models.CharField(_("firmware version"), max_length=50, blank=True)
    learned = models.JSONField(_("forms of limits it takes"), default=dict, blank=True)
    learned_at = models.DateTimeField(_("learned on"), db_default=Now())

    class Meta:
        verbose_name = _("form of limits by model")
        verbose_name_plural = _("forms of limits by model")
        ordering = ["vendor", "model", "firmware_version"]
        constraints = [
            models.UniqueConstraint(fields=["vendor", "model", "firmware_version"], name="chargers_one_learned_kind")
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.vendor, self.model, self.firmware_version]))


class Setpoint(models.Model):
    """What a connector may be drawing by our writes: values and generations, never deadlines.

    Written by `control` only. The *possible* values are never below the truth: a raise waits for this row.
    """

    connector = models.OneToOneField(Connector, models.CASCADE, primary_key=True, related_name="setpoint")
    limit_ma = models.PositiveIntegerField(null=True)
    limit_possible_ma = models.PositiveIntegerField(default=0)
    default_ma = models.PositiveIntegerField(null=True)
    default_possible_ma = models.PositiveIntegerField(default=0)
    default_writes = models.PositiveIntegerField(default=0)
    """Standing defaults ever sent: stations keep them in flash."""
    default_allowance = models.FloatField(null=True)
    """How many more may raise it, as of the last one (`engine.wear`)."""
    conduct = models.JSONField(default=dict)
    """What is held against it (`engine.facts.Conduct`): a restart is no reason to trust it again."""
    generation = models.PositiveBigIntegerField(default=0)
    places = models.JSONField(default=list)
    """By every configuration that the station may still follow, the one in force last (`control.places`, S12)."""
    changed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.connector}: {self.limit_ma} mA"
