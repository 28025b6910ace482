"""Tables of sites and calls: which building a site serves, and the timetable of a round."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

#: Who wrote a timetable: the house rule, a person by hand, an optimiser.
SOURCES = ("rule", "person", "optimiser")


class Serving(models.Model):
    """A building and the site (of the register of units) that serves it, from when until when."""

    area = models.BigIntegerField(db_index=True, help_text="the building")
    unit = models.BigIntegerField(help_text="the site")
    since = models.DateTimeField()
    by = models.TextField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            UniqueConstraint(fields=("area",), condition=Q(until=None), name="calls_serving_one"),
            CheckConstraint(condition=Q(until=None) | Q(until__gte=models.F("since")), name="calls_serving_order"),
        )
        indexes = (models.Index(fields=("unit",), name="calls_serving_unit", condition=Q(until=None)),)


class Call(models.Model):
    """A group to be called down: part of one stairwell, planned at a site for a time (null: it does not fit).

    Whether it was called and who came is in the ledger alone. ``homes``: households, or less than 0 persons without one.
    """

    campaign = models.IntegerField()
    unit = models.BigIntegerField(help_text="the site")
    area = models.BigIntegerField(db_index=True, help_text="the building")
    stairwell = models.TextField()
    part = models.SmallIntegerField()
    homes = ArrayField(models.BigIntegerField())
    people = models.SmallIntegerField(help_text="as planned")
    seconds = models.IntegerField(help_text="how long the site needs for them")
    at = models.DateTimeField(null=True)
    source = models.TextField()
    by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            UniqueConstraint(fields=("campaign", "area", "stairwell", "part"), name="calls_call_once"),
            CheckConstraint(condition=Q(source__in=SOURCES), name="calls_call_source"),
            CheckConstraint(condition=Q(part__gte=1, people__gte=1, seconds__gte=0), name="calls_call_counts"),
        )
        indexes = (models.Index(fields=("campaign", "unit", "at"), name="calls_call_queue"),)
