"""Rounds that are being prepared, and how far the opening of one is."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

DRAFT, ASKED, DONE, FAILED, DROPPED = STATES = ("draft", "asked", "done", "failed", "dropped")


class Draft(models.Model):
    """A round as somebody prepares it. The ledger knows nothing of it before it is opened.

    ``campaign`` is fixed before the opening begins, so that an opening that was broken off can be told from one that
    was done. ``step``: how many of ``rounds.actions.STEPS`` are done.
    """

    name = models.TextField()
    area = models.BigIntegerField()
    until = models.DateTimeField(null=True)
    by = models.TextField()
    made_at = models.DateTimeField()
    state = models.TextField(default=DRAFT)
    journal = models.BigIntegerField(null=True, help_text="of whoever opens it")
    opened_by = models.TextField(default="")
    asked_at = models.DateTimeField(null=True)
    step = models.SmallIntegerField(default=0)
    campaign = models.IntegerField(null=True)
    owed = models.IntegerField(null=True)
    deferred = models.IntegerField(null=True)
    out_of_scope = models.IntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(state__in=STATES), name="opening_draft_state"),
            # Two large openings at once would wait for each other's counters and take twice as long.
            UniqueConstraint(fields=("state",), condition=Q(state=ASKED), name="opening_draft_one_at_a_time"),
        )
