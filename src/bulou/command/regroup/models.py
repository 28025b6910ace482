"""Splits and mergers of areas: who did them, what they moved, and whether they were taken back."""

from __future__ import annotations

from django.db import models


class Regrouping(models.Model):
    """One split or merger. ``area``: the first of the old areas, by which it is seen; ``moved``: see ``places.regroup``."""

    area = models.BigIntegerField(db_index=True)
    olds = models.JSONField()
    news = models.JSONField()
    moved = models.JSONField(help_text="numbers of areas, doors and people; no name")
    by = models.TextField()
    at = models.DateTimeField()
    undone_by = models.TextField(default="")
    undone_at = models.DateTimeField(null=True)
