"""Imports that are being taken back, or were: who asked for it, how far it is, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

RUNNING, DONE, FAILED = STATES = ("running", "done", "failed")


class Undoing(models.Model):
    """An import taken back as a whole. Holds counts, nothing of any person.

    ``upload``: the file that was imported; ``run``: its import; ``area``: by which it is seen; ``left``: people who came
    by it alone and are off the lists; ``returned``: values that are as they were before it; ``why``: why not.
    """

    upload = models.BigIntegerField()
    run = models.BigIntegerField()
    area = models.BigIntegerField()
    by = models.TextField()
    state = models.TextField(default=RUNNING)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    left = models.IntegerField(default=0)
    returned = models.IntegerField(default=0)
    why = models.TextField(default="", help_text="in Chinese and English")

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(state__in=STATES), name="jobs_undoing_state"),
            UniqueConstraint(fields=("upload",), condition=~Q(state=FAILED), name="jobs_undoing_once"),
            UniqueConstraint(fields=("state",), condition=Q(state=RUNNING), name="jobs_undoing_one_at_a_time"),
        )
