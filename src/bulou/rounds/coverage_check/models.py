"""Tables of coverage checks: what was drawn, from how many, with which seed. What was found is in the ledger alone."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint


class Draw(models.Model):
    """A sample of a round in an area. The counts are the ledger's when it was drawn, in people."""

    campaign = models.IntegerField()
    area = models.BigIntegerField(db_index=True)
    seed = models.BigIntegerField()
    half_width = models.SmallIntegerField(help_text="wanted, in tenths of a percent")
    due = models.DateTimeField()
    present = models.IntegerField()
    covered = models.IntegerField()
    excused = models.IntegerField()
    at = models.DateTimeField()
    by = models.TextField()

    class Meta:
        constraints = (
            CheckConstraint(
                condition=Q(present__gte=models.F("covered"), covered__gte=0, excused__gte=0), name="coverage_draw_counts"
            ),
            CheckConstraint(condition=Q(half_width__gte=1, half_width__lt=1000), name="coverage_draw_half_width"),
        )
        indexes = (models.Index(fields=("campaign", "area", "id"), name="coverage_draw_of"),)


class Stratum(models.Model):
    """A stratum of a draw: an area with a kind of record, and how many people there were of it."""

    draw = models.ForeignKey(Draw, models.CASCADE, db_column="draw", db_index=False)
    area = models.BigIntegerField()
    kind = models.TextField()
    size = models.IntegerField()

    class Meta:
        constraints = (
            UniqueConstraint(fields=("draw", "area", "kind"), name="coverage_stratum_once"),
            CheckConstraint(condition=Q(kind__in=("sampled", "excused"), size__gte=1), name="coverage_stratum_kind"),
        )


class Drawn(models.Model):
    """Somebody who was drawn. ``stratum``: the area of the stratum; ``area``: where the swab is owed."""

    draw = models.ForeignKey(Draw, models.CASCADE, db_column="draw", db_index=False)
    person = models.BigIntegerField()
    area = models.BigIntegerField()
    stratum = models.BigIntegerField()
    kind = models.TextField()

    class Meta:
        constraints = (UniqueConstraint(fields=("draw", "person"), name="coverage_drawn_once"),)
