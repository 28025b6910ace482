"""Files that were uploaded to be imported. The file itself lies in the data folder, until it was imported or given up."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from bulou.ledger.scope import Ranges

PERSONS, AREAS = KINDS = ("persons", "areas")
KEPT, RUNNING, DONE, FAILED, DROPPED = STATES = ("kept", "running", "done", "failed", "dropped")


class Upload(models.Model):
    """A file, how it is to be read, and what became of it. Holds counts and column titles, nothing of any row.

    ``folder``: where it lies below ``uploads`` of the data folder, by chance; ``area``: what the list is about, else the
    first area of whoever brought it, by which it is seen; ``ranges``: his areas, outside which no row is taken.
    """

    kind = models.TextField()
    folder = models.TextField()
    file_name = models.TextField()
    size = models.BigIntegerField()
    source = models.TextField(default="")
    source_kind = models.TextField(default="", db_default="", help_text="places.sources.KINDS; empty: as known")
    trust = models.SmallIntegerField(default=0, db_default=0, help_text="places.sources.TRUSTS; 0: as known")
    within = models.BigIntegerField(default=0)
    as_of = models.DateField(null=True)
    registered = models.BooleanField(default=False)
    mapping = models.JSONField(default=dict)
    area = models.BigIntegerField(default=0)
    ranges = models.JSONField()
    by = models.TextField()
    made_at = models.DateTimeField()
    state = models.TextField(default=KEPT)
    asked_at = models.DateTimeField(null=True)
    total = models.IntegerField(null=True, help_text="lines of the file, where they can be counted before they are read")
    at_row = models.IntegerField(default=0)
    read = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    run = models.BigIntegerField(null=True, help_text="places_import_run")
    told = models.JSONField(default=dict, help_text="the outcome: counts, reasons, columns")
    joined = models.JSONField(default=list, help_text="who owes an open round from now on: [{round, added, out_of_scope}]")
    why = models.TextField(default="", help_text="why it could not be read, in Chinese and English")
    ended_at = models.DateTimeField(null=True)

    @property
    def reach(self) -> Ranges:
        """Return the areas outside which no row is taken."""
        return tuple((lo, hi) for lo, hi in self.ranges)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(kind__in=KINDS), name="uploads_upload_kind"),
            CheckConstraint(condition=Q(state__in=STATES), name="uploads_upload_state"),
            UniqueConstraint(fields=("state",), condition=Q(state=RUNNING), name="uploads_upload_one_at_a_time"),
        )
