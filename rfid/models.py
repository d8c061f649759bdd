"""Cards and authentication groups (RFI-1 to RFI-6)."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rfid.decisions import id_key

MAX_ID_TAG_CHARS = 20
"""OCPP 1.6 CiString20."""


validate_id_tag = RegexValidator(
    r"^[!-~]([ -~]*[!-~])?\Z", _("Use letters, digits and signs of ASCII, no blanks around.")
)


class OnlinePolicy(models.TextChoices):
    ALL = "all", _("Allow every card")
    KNOWN = "known", _("Allow known cards")
    OFF = "off", _("Reader off: charging starts when the car is plugged in")


class OfflinePolicy(models.TextChoices):
    ALL = "all", _("Allow every card")
    NONE = "none", _("Reject every card")
    CACHE = "cache", _("Use the station's cache")


class AuthGroup(models.Model):
    """A policy for the stations that belong to it (each in one group) and its cards (in any number)."""

    name = models.CharField(
        _("name"),
        max_length=48,
        unique=True,
        error_messages={"unique": _("Another authentication group has this name. Give this one a name of its own.")},
    )
    online = models.CharField(_("online mode"), max_length=8, choices=OnlinePolicy, default=OnlinePolicy.KNOWN)
    offline = models.CharField(_("offline policy"), max_length=8, choices=OfflinePolicy, default=OfflinePolicy.NONE)
    takes_new_stations = models.BooleanField(_("stations installed later join this group"), default=False)

    class Meta:
        verbose_name = _("authentication group")
        verbose_name_plural = _("authentication groups")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Card(models.Model):
    """`id_tag` is kept as it was presented; `id_key` (upper case) is how cards are compared."""

    id_tag = models.CharField(_("id tag"), max_length=MAX_ID_TAG_CHARS, validators=[validate_id_tag])
    id_key = models.CharField(max_length=MAX_ID_TAG_CHARS, unique=True, editable=False)
    authorised = models.BooleanField(_("authorised"), default=False)
    vip = models.BooleanField(_("VIP"), default=False)
    name = models.CharField(_("name"), max_length=60, blank=True)
    comment = models.CharField(_("comment"), max_length=200, blank=True)
    groups = models.ManyToManyField(AuthGroup, related_name="cards", blank=True, verbose_name=_("groups"))
    registered_at = models.DateTimeField(_("registered on"), db_default=Now())
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)

    class Meta:
        verbose_name = _("RFID card")
        verbose_name_plural = pgettext_lazy("after a number", "RFID cards")
        ordering = ["id_key"]

    def __str__(self) -> str:
        return self.id_tag

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.id_tag = self.id_tag.strip()
        self.id_key = id_key(self.id_tag)
        super().save(*args, **kwargs)


class UnknownCard(models.Model):
    """A card that was presented and is not known, ready to be added (RFI-6)."""

    id_tag = models.CharField(_("id tag"), max_length=36)
    id_key = models.CharField(max_length=36, unique=True, editable=False)
    box_identity = models.CharField(_("presented at"), max_length=48)
    last_seen_at = models.DateTimeField(_("last seen"), db_default=Now())

    class Meta:
        verbose_name = _("unknown card")
        verbose_name_plural = _("unknown cards")
        ordering = ["-last_seen_at"]

    def __str__(self) -> str:
        return self.id_tag
