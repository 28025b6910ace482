"""Which duty of the ledger a call-up is."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q

from bulou.forces.models import CallUp


class Matter(models.Model):
    """A call-up's duty. ``stage``: as it was last written."""

    call_up = models.OneToOneField(CallUp, models.PROTECT, db_column="call_up")
    area = models.BigIntegerField(db_index=True)
    occasion = models.BigIntegerField(unique=True)
    stage = models.TextField(default="asked")

    class Meta:
        constraints = (CheckConstraint(condition=Q(stage__in=("asked", "filled", "ended")), name="matters_stage"),)
