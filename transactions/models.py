"""Charging transactions, their meter samples, and messages that fit no transaction (T1 to T8)."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from chargers.models import Connector, Station


class Transaction(models.Model):
    """One charge, from its StartTransaction on; once ended it is a CDR. Never pruned.

    `number` is OCPP's transactionId: positive int32, random, never reused (T3). Names and places are
    copied, so that a record still says where it was when the site has changed.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Running")
        ENDED = "ended", _("Ended")

    number = models.PositiveIntegerField(_("transaction id"), unique=True)
    station = models.ForeignKey(Station, models.SET_NULL, null=True, related_name="transactions")
    connector = models.ForeignKey(Connector, models.SET_NULL, null=True, related_name="transactions")
    box_identity = models.CharField(_("box identity"), max_length=30)
    station_name = models.CharField(_("station"), max_length=30, blank=True)
    connector_number = models.PositiveSmallIntegerField(_("connector"))
    zone_name = models.CharField(_("zone"), max_length=48, blank=True)
    id_tag = models.CharField(_("card"), max_length=36, blank=True)
    vip = models.BooleanField(_("VIP"), default=False)
    decision = models.CharField(_("authorisation"), max_length=16, default="accepted")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    started_at = models.DateTimeField(_("start"))
    """By the station's clock, as sent; `received_at` is ours (T6)."""
    received_at = models.DateTimeField(_("start received"), db_default=Now())
    meter_start_wh = models.BigIntegerField(_("meter start (Wh)"))
    ended_at = models.DateTimeField(_("end"), null=True, blank=True)
    end_received_at = models.DateTimeField(_("end received"), null=True, blank=True)
    meter_stop_wh = models.BigIntegerField(_("meter stop (Wh)"), null=True, blank=True)
    last_meter_wh = models.BigIntegerField(_("last meter value (Wh)"), null=True, blank=True)
    last_meter_at = models.DateTimeField(null=True, blank=True)
    energy_wh = models.BigIntegerField(_("energy (Wh)"), default=0)
    charging_s = models.PositiveIntegerField(_("time charging (s)"), default=0)
    stop_reason = models.CharField(_("stop reason"), max_length=32, blank=True)
    estimated = models.BooleanField(_("estimated"), default=False)
    suspect = models.CharField(_("suspect"), max_length=200, blank=True)
    """What does not add up: clock, negative energy, second stop. Empty: nothing."""

    class Meta:
        verbose_name = _("transaction")
        verbose_name_plural = _("transactions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["box_identity", "connector_number", "id_tag", "started_at", "meter_start_wh"],
                name="transactions_same_start_once",
            )
        ]
        indexes = [
            models.Index(fields=["state", "station"], name="transactions_open"),
            models.Index(fields=["started_at"], name="transactions_started"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.box_identity}/{self.connector_number}"


class MeterSample(models.Model):
    """One MeterValues sample of a connector, normalised to A, W, Wh. By terminal of the station."""

    connector = models.ForeignKey(Connector, models.CASCADE, related_name="samples")
    transaction = models.ForeignKey(Transaction, models.SET_NULL, null=True, related_name="samples")
    at = models.DateTimeField()
    current_1_a = models.FloatField(null=True)
    current_2_a = models.FloatField(null=True)
    current_3_a = models.FloatField(null=True)
    power_w = models.FloatField(null=True)
    energy_wh = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("meter sample")
        verbose_name_plural = _("meter samples")
        indexes = [models.Index(fields=["connector", "-id"], name="transactions_sample_of")]

    def __str__(self) -> str:
        return f"{self.connector_id} {self.at}"


class Quarantined(models.Model):
    """A transaction message that fits nothing: stop of an unknown or foreign id, a second, different stop."""

    at = models.DateTimeField(db_default=Now())
    box_identity = models.CharField(max_length=30)
    action = models.CharField(max_length=32)
    why = models.CharField(max_length=80)
    payload = models.JSONField()

    class Meta:
        verbose_name = _("quarantined message")
        verbose_name_plural = _("quarantined messages")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.box_identity} {self.action}: {self.why}"
