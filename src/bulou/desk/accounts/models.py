"""Which role a user has, where, until when, and every change of that; and who is signed in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from bulou.ledger.models import Int8Multirange


class Grant(models.Model):
    """A role in the subtrees of ``areas`` from one time to another; there is none without an end.

    The id 0 among the areas stands for the root above all districts. ``ranges`` repeats the areas as intervals of
    ids: by it the database refuses to write outside the writer's scope. Ended early: when, by whom and why, together.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    role = models.TextField()
    areas = ArrayField(models.BigIntegerField())
    ranges = Int8Multirange()
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.TextField()
    given_by = models.TextField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(null=True)
    end_reason = models.TextField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(until__gt=F("since")), name="accounts_grant_ends"),
            CheckConstraint(condition=Q(areas__len__gt=0), name="accounts_grant_somewhere"),
            CheckConstraint(condition=~Q(reason="") & ~Q(given_by=""), name="accounts_grant_reason"),
            CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False, end_reason__isnull=False),
                name="accounts_grant_end_whole",
            ),
        )


class Change(models.Model):
    """Something was done to a user's account: added to and never changed. ``ranges``: where the user worked then.

    ``number``: what each ``by`` did is numbered from 1, so that a change that is gone leaves a gap. ``stands``: how the
    account stood afterwards, as a digest (``accounts_stands``).
    """

    number = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.TextField()
    user = models.TextField()
    what = models.TextField()
    detail = models.TextField(default="")
    ranges = Int8Multirange()
    stands = models.TextField(null=True)

    class Meta:
        constraints = (UniqueConstraint(fields=("by", "number"), name="accounts_change_number"),)


class Session(AbstractBaseSession):
    """Somebody who is signed in, by the random key in his cookie. No row, no session: nothing else remembers it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")

    class Meta:
        db_table = "accounts_session"
