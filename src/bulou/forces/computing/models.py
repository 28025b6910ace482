"""Allocations that were asked for: by whom, how far each is, what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from bulou.forces.models import Plan

RUNNING, DONE, FAILED, ENDED = STATES = ("running", "done", "failed", "ended")
#: Steps of which the bar counts: read, twelve or so halvings of the last finish, the programme, what is written.
STEPS = 16


class Run(models.Model):
    """One computation. ``ranges``: what whoever asked for it may see, in which the process stays."""

    area = models.BigIntegerField(db_index=True)
    day = models.DateField()
    campaign = models.IntegerField()
    shares = models.JSONField()
    rates = models.JSONField()
    ranges = models.JSONField()
    by = models.TextField()
    asked_at = models.DateTimeField()
    state = models.TextField(default=RUNNING)
    step = models.SmallIntegerField(default=0)
    why = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)
    plan = models.ForeignKey(Plan, models.PROTECT, db_column="plan", null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(state__in=STATES), name="computing_run_state"),
            UniqueConstraint(fields=("state",), condition=Q(state=RUNNING), name="computing_run_one_at_a_time"),
        )
