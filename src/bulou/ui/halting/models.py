"""Which long work is to end at its next step, and who has asked for it."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint


class Halt(models.Model):
    """A wish that a piece of work ends. ``kind``: of ``ui.background``; ``number``: of its row; ``area``: its own."""

    kind = models.SmallIntegerField()
    number = models.BigIntegerField()
    area = models.BigIntegerField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = (UniqueConstraint(fields=("kind", "number"), name="halting_halt_once"),)
