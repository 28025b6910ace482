"""Keys of other systems: what each may do, where and until when. The key itself is kept nowhere."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q


class Key(models.Model):
    """One key. ``digest``: SHA-256 of the key; ``start``: its first characters, by which people tell it from others.

    ``user``: the account under whose name it reads and writes, which nobody can sign in to; ``area``: where it counts,
    0 for everywhere; ``used_at``: when it was used last, to the minute.
    """

    name = models.TextField()
    digest = models.BinaryField(unique=True)
    start = models.TextField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    area = models.BigIntegerField()
    abilities = ArrayField(models.TextField())
    why = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.TextField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.TextField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(until__gt=F("made_at")), name="api_key_ends"),
            CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="api_key_revoked",
            ),
        )
