"""What the control loop keeps: who may control, the last cycles, and the published site document."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Lease(models.Model):
    """The right to control (S13). Exactly one row (primary key 1); `token` grows with each holder."""

    token = models.PositiveBigIntegerField(default=0)
    holder = models.CharField(max_length=80, blank=True)
    renewed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.token} {self.holder}"


class Cycle(models.Model):
    """A cycle that changed something: its inputs, order and result as compressed JSON."""

    at = models.DateTimeField(db_default=Now())
    body = models.BinaryField()

    class Meta:
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.at}"


class SiteDocument(models.Model):
    """The state of the site as pages read it (primary key 1)."""

    sequence = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(db_default=Now())
    body = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"#{self.sequence}"
