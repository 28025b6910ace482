"""Tables of own protection: tests of people of the forces, and teams that came from outside."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q

from bulou.forces.models import Member

VALUES = ("sampled", "negative", "positive")


class StaffTest(models.Model):
    """A test of somebody of the forces. ``value``: sampled and no result yet, negative, positive."""

    member = models.ForeignKey(Member, models.PROTECT, db_column="member")
    area = models.BigIntegerField(db_index=True, help_text="of the member")
    at = models.DateTimeField()
    value = models.TextField()
    by = models.TextField()
    void_at = models.DateTimeField(null=True)
    void_by = models.TextField(default="")

    class Meta:
        db_table = "protection_test"
        constraints = (CheckConstraint(condition=Q(value__in=VALUES), name="protection_test_value"),)
        indexes = (models.Index(fields=("member", "-at"), name="protection_test_of"),)


class OutsideTeam(models.Model):
    """A team from outside that works in an area: expected, here, gone."""

    area = models.BigIntegerField(db_index=True)
    name = models.TextField()
    origin = models.TextField()
    leader = models.TextField()
    telephone = models.TextField()
    people = models.SmallIntegerField()
    arrives_at = models.DateTimeField()
    lodging = models.TextField(default="")
    leaves_on = models.DateField(null=True)
    note = models.TextField(default="")
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "protection_team"
        constraints = (
            CheckConstraint(condition=Q(people__gte=1), name="protection_team_people"),
            CheckConstraint(condition=Q(left_at=None) | ~Q(arrived_at=None), name="protection_team_order"),
            CheckConstraint(condition=~Q(name="") & ~Q(origin=""), name="protection_team_said"),
        )


class TeamChange(models.Model):
    """What was done to a team's record. Added to and never changed."""

    team = models.ForeignKey(OutsideTeam, models.PROTECT, db_column="team")
    area = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.TextField()
    act = models.TextField()
    before = models.JSONField(default=dict)

    class Meta:
        db_table = "protection_team_change"
