"""The event log, the alarms and the ring of raw frames. Nothing here points at another app's rows."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from journal import wording


class Kind(models.TextChoices):
    """The types of STA-9."""

    OCPP = "ocpp", _("OCPP")
    COMMAND = "command", _("Command")
    COMMUNICATION = "communication", _("Communication")
    SECURITY = "security", _("Security")
    LOAD = "load", _("Load management")
    SYSTEM = "system", _("System")


class Entry(models.Model):
    """One line: date, device, type, sub-type, message (SYS-6)."""

    at = models.DateTimeField(_("date"), db_default=Now())
    kind = models.CharField(_("type"), max_length=16, choices=Kind)
    subtype = models.CharField(_("sub-type"), max_length=40, blank=True)
    device = models.CharField(_("device"), max_length=48, blank=True)
    zone = models.CharField(_("zone"), max_length=48, blank=True)
    message = models.TextField(_("message"))
    """English, as it was when it was written. For people: `words`."""
    # NULL, not empty: a column that may be NULL joins a long journal without a row being written.
    code = models.CharField(_("code"), max_length=40, null=True, blank=True)  # noqa: DJ001  # see above
    params = models.JSONField(_("figures"), null=True, blank=True)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["device", "-id"], name="journal_device"),
            models.Index(fields=["kind", "-id"], name="journal_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.kind} {self.subtype}: {self.words}"

    @property
    def words(self) -> str:
        """In the active language where EVCE said it; what came from outside as it came."""
        return wording.words(self.code, self.params, otherwise=self.message)


class Alarm(models.Model):
    """Something that needs a person. At most one is open for a code and subject."""

    code = models.CharField(_("code"), max_length=40)
    subject = models.CharField(_("subject"), max_length=80)
    params = models.JSONField(_("figures"), default=dict, blank=True)
    since = models.DateTimeField(_("since"), db_default=Now())
    cleared_at = models.DateTimeField(_("cleared"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.CharField(_("acknowledged by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "subject"], condition=models.Q(cleared_at=None), name="journal_one_open_alarm"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject}"


class Frame(models.Model):
    """A raw OCPP frame as it was on the wire; a ring per station."""

    box_identity = models.CharField(max_length=48)
    at = models.DateTimeField(db_default=Now())
    outgoing = models.BooleanField()
    text = models.TextField()

    class Meta:
        verbose_name = _("raw frame")
        verbose_name_plural = _("raw frames")
        indexes = [models.Index(fields=["box_identity", "-id"], name="journal_frame_ring")]

    def __str__(self) -> str:
        return f"{self.box_identity} {'>' if self.outgoing else '<'} {self.text[:60]}"
