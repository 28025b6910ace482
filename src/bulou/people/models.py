"""Looks beyond one's own areas with their reasons and their review, and lists that left the desk."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint


class Glass(models.Model):
    """Somebody broke the glass: one person's sheet for a quarter of an hour. Without a person: a try that found nobody.

    ``area`` is the person's; of a try, the user's own, so that whoever answers for the user sees it. ``number``: each
    user's are numbered from 1, so that one that is gone leaves a gap.
    """

    number = models.BigIntegerField()
    user = models.TextField()
    person = models.BigIntegerField(null=True)
    area = models.BigIntegerField()
    how = models.TextField()
    kind = models.TextField(help_text="a typed reason, vocabulary.WHYS")
    why = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    verdict = models.TextField(default="", help_text="right, questioned, or not yet judged")
    note = models.TextField(default="")
    reviewed_by = models.TextField(null=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=~Q(why="") & ~Q(kind=""), name="people_glass_reason"),
            CheckConstraint(
                condition=Q(person=None, until=None) | Q(person__isnull=False, until__isnull=False),
                name="people_glass_whole",
            ),
            CheckConstraint(
                condition=Q(verdict="", reviewed_by=None, reviewed_at=None)
                | Q(verdict__in=("right", "questioned"), reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="people_glass_judged",
            ),
            CheckConstraint(condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("user")), name="people_glass_by_another"),
            UniqueConstraint(fields=("user", "number"), name="people_glass_number"),
        )
        indexes = (models.Index(fields=("user", "at"), name="people_glass_user"),)


class Export(models.Model):
    """A list that left the desk as a file or on paper: who took what, with which filter, how many rows.

    ``number``: each user's are numbered from 1.
    """

    number = models.BigIntegerField()
    at = models.DateTimeField()
    user = models.TextField()
    what = models.TextField()
    filter = models.JSONField(default=dict)
    rows = models.IntegerField()
    masked = models.BooleanField()
    area = models.BigIntegerField(default=0)

    class Meta:
        constraints = (UniqueConstraint(fields=("user", "number"), name="people_export_number"),)
        indexes = (models.Index(fields=("at", "id"), name="people_export_at"),)
