"""The registry of units (sites, shops, gates, facilities, vehicles, teams ...) and what was done to each of them."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint


class Unit(models.Model):
    """A unit as known now; its kind and the fields of its attributes are declared in the rooms (``ui.room.UnitKind``).

    ``area`` is where it lies or works; ``last`` the highest id below it: who works there below sees the unit as well. A
    unit is never removed: it is closed (``until``).
    """

    kind = models.SmallIntegerField()
    area = models.BigIntegerField(db_index=True)
    last = models.BigIntegerField(help_text="the last id of the area's subtree")
    name = models.TextField()
    code = models.TextField(help_text="printed on labels; one of a kind in the installation")
    contact = models.TextField(default="")
    telephone = models.TextField(default="")
    hours = models.TextField(default="")
    attributes = models.JSONField(default=dict)
    source = models.TextField(default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(kind__gt=0), name="places_unit_kind"),
            CheckConstraint(condition=Q(area__gt=0, area__lt=2**49, last__gte=F("area")), name="places_unit_area"),
            CheckConstraint(condition=~Q(name=""), name="places_unit_name"),
            CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9][A-Z0-9-]{1,19}$"), name="places_unit_printable"),
            CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="places_unit_order"),
            UniqueConstraint(fields=("code",), name="places_unit_code"),
        )
        indexes = (models.Index(fields=("kind", "name", "id"), name="places_unit_list"),)


class UnitChange(models.Model):
    """What was done to a unit: by whom, when, why, and what it was before. Added to and never changed."""

    unit = models.ForeignKey(Unit, models.PROTECT, db_column="unit")
    at = models.DateTimeField()
    by = models.TextField()
    act = models.TextField()
    reason = models.TextField(default="")
    before = models.JSONField(default=dict, help_text="of each field that changed what it was before")

    class Meta:
        db_table = "places_unit_change"
        constraints = (
            CheckConstraint(
                condition=Q(act__in=("added", "changed", "closed", "reopened")), name="places_unit_change_act"
            ),
        )
