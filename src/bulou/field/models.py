"""Tables of the field door."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q

from bulou.ledger.models import Int8Multirange


class Enrolment(models.Model):
    """An offer to enrol one device. The token is stored hashed; ``used_at`` and ``journal`` are set once, together."""

    token_hash = models.BinaryField(primary_key=True)
    name = models.TextField()
    kind = models.TextField()
    ranges = Int8Multirange()
    valid_until = models.DateTimeField(help_text="when the device's key ends")
    offered_by = models.TextField()
    offered_at = models.DateTimeField()
    usable_until = models.DateTimeField(help_text="when the token itself ends")
    used_at = models.DateTimeField(null=True)
    journal = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=~Q(name=""), name="field_enrolment_name"),
            CheckConstraint(condition=Q(kind__in=("phone", "courier", "laboratory")), name="field_enrolment_kind"),
            CheckConstraint(
                condition=Q(used_at=None, journal=None) | Q(used_at__isnull=False, journal__isnull=False),
                name="field_enrolment_used_whole",
            ),
        )
