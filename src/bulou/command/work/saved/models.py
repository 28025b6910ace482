"""Filters of a declared list that somebody has kept under a name."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint


class View(models.Model):
    """How a list is narrowed, by its name. Each filter has a column of its own: nothing that was typed is kept.

    ``area``: of the owner, where those with one of ``roles`` see it too; ``within``: the area it is narrowed to, 0 for
    all. ``stage``: by its name, "" for all.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.TextField()
    name = models.TextField()
    area = models.BigIntegerField()
    roles = ArrayField(models.TextField(), default=list)
    within = models.BigIntegerField(default=0)
    state = models.TextField(default="open")
    stage = models.TextField(default="")
    late = models.BooleanField(default=False)
    danger = models.BooleanField(default=False)
    refused = models.BooleanField(default=False)
    given = models.TextField(default="")
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            UniqueConstraint(fields=("user", "kind", "name"), name="saved_view_name"),
            CheckConstraint(condition=Q(name__regex="^.{1,30}$"), name="saved_view_named"),
            CheckConstraint(condition=Q(state__in=("open", "done", "excused", "all")), name="saved_view_state"),
            CheckConstraint(condition=Q(given__in=("", "yes", "no")), name="saved_view_given"),
            CheckConstraint(condition=Q(stage__regex="^[a-z0-9_.-]{0,60}$"), name="saved_view_stage"),
        )
