"""Tables of the rounds: which sheets of paper were printed, and who stands on which line."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Sheet(models.Model):
    """A printed sheet: a journal of its own. ``persons``: by line, the first line's first; ``area``: the building."""

    journal = models.BigIntegerField(primary_key=True)
    campaign = models.IntegerField()
    area = models.BigIntegerField(db_index=True)
    persons = ArrayField(models.BigIntegerField())
    printed_at = models.DateTimeField()
    printed_by = models.TextField()
