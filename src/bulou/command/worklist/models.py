"""Who answers for what, and through which journal a desk user's acts enter the ledger."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Owner(models.Model):
    """Who answers for a desk of an area, and the deputy. ``*_kind`` and ``*_subject`` name them in the standings."""

    area = models.BigIntegerField()
    desk = models.TextField(default="area", help_text="area, desk, laboratory or courier")
    name = models.TextField()
    telephone = models.TextField(default="")
    kind = models.SmallIntegerField(default=1)
    subject = models.BigIntegerField(null=True)
    deputy = models.TextField(default="")
    deputy_telephone = models.TextField(default="")
    deputy_kind = models.SmallIntegerField(default=1)
    deputy_subject = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("area", "desk"), name="now_owner_one"),
            models.CheckConstraint(
                condition=models.Q(desk__in=("area", "desk", "laboratory", "courier")), name="now_owner_desk"
            ),
        )


class Writer(models.Model):
    """The journal of a desk user within one scope; another scope is another journal, so that none ever widens."""

    pk = models.CompositePrimaryKey("user", "scope")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    scope = models.TextField()
    journal = models.BigIntegerField()
    expires_at = models.DateTimeField()
