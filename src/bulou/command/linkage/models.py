"""Runs of the linkage: when the register was linked, by whom, how far it is, what it came to."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

RUNNING, DONE, FAILED, UNDONE = STATES = ("running", "done", "failed", "undone")
#: What a run does, in order; the last three write.
STEPS = ("read", "prepare", "train", "candidates", "compare", "decide", "merge", "visits")


class Run(models.Model):
    """One run over the people of an area. Holds counts, nothing of any person.

    ``most``: how many visits it may ask for; ``told``: counts and reasons; ``undone``: when its merges were undone.
    """

    area = models.BigIntegerField()
    most = models.IntegerField()
    by = models.TextField()
    state = models.TextField(default=RUNNING)
    step = models.TextField(default=STEPS[0])
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    records = models.IntegerField(default=0)
    merges = models.IntegerField(default=0)
    visits = models.IntegerField(default=0)
    told = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(default="")

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(state__in=STATES), name="linkage_run_state"),
            UniqueConstraint(fields=("state",), condition=Q(state=RUNNING), name="linkage_run_one_at_a_time"),
        )
