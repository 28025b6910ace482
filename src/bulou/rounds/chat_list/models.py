"""What came in as a list or on paper and was applied, so that it can be taken back as a whole."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q


class Taken(models.Model):
    """A list or a sheet of paper as somebody applied it. ``area``: of its first row; ``sheet``: the journal of a sheet."""

    what = models.TextField(help_text="list or paper")
    user = models.TextField()
    at = models.DateTimeField()
    campaign = models.IntegerField()
    area = models.BigIntegerField()
    people = models.IntegerField()
    sheet = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(what__in=("list", "paper")), name="exchange_taken_what"),
            CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="exchange_taken_undone",
            ),
        )
        indexes = (models.Index(fields=("at", "id"), name="exchange_taken_at"),)


class TakenRow(models.Model):
    """One person of it: what was said, at the duty's place, by which entry. Holds nothing else of the person."""

    taken = models.ForeignKey(Taken, models.CASCADE, db_column="taken")
    line = models.IntegerField()
    person = models.BigIntegerField()
    area = models.BigIntegerField()
    kind = models.TextField(help_text="kind of entry")
    act = models.TextField(help_text="typed reason, called or sealed")
    journal = models.BigIntegerField()
    number = models.IntegerField()

    class Meta:
        db_table = "exchange_taken_row"
