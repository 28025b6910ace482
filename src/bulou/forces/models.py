"""Tables of forces: people, call-ups and who was asked, plans and shifts, looks at the people."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from bulou.forces.vocabulary import ANSWERS, CADRES


class Member(models.Model):
    """Somebody of the forces as known now. ``skills``: by name {"proof": text, "until": day or ""}.

    ``area`` is where he comes from, or whoever sent him; ``shifts``: names of those for which he is available, none:
    all. Nobody is removed: he leaves (``ended_at``).
    """

    area = models.BigIntegerField(db_index=True)
    cadre = models.TextField()
    name = models.TextField()
    telephone = models.TextField()
    team = models.BigIntegerField(null=True, help_text="a unit of the register")
    skills = models.JSONField(default=dict)
    shifts = models.JSONField(default=list)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    lodging = models.TextField(default="")
    note = models.TextField(default="")
    exposed_until = models.DateTimeField(null=True)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(area__gt=0, area__lt=2**49), name="forces_member_area"),
            CheckConstraint(condition=Q(cadre__in=[one.name for one in CADRES]), name="forces_member_cadre"),
            CheckConstraint(condition=~Q(name="") & ~Q(telephone=""), name="forces_member_said"),
            UniqueConstraint(fields=("telephone", "name"), name="forces_member_once"),
        )


class MemberChange(models.Model):
    """What was done to somebody's record: by whom, when, why, what it was before. Added to and never changed."""

    member = models.ForeignKey(Member, models.PROTECT, db_column="member")
    at = models.DateTimeField()
    by = models.TextField()
    act = models.TextField()
    reason = models.TextField(default="")
    before = models.JSONField(default=dict)

    class Meta:
        db_table = "forces_member_change"


class Look(models.Model):
    """Somebody's name was shown to a user: at most once an hour for each."""

    member = models.ForeignKey(Member, models.PROTECT, db_column="member")
    area = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.TextField()
    page = models.TextField()

    class Meta:
        indexes = (models.Index(fields=("member", "-at"), name="forces_look_of"),)


class CallUp(models.Model):
    """N people with a skill, at a place, at a time. ``circle``: level of the area tree that is asked so far."""

    area = models.BigIntegerField(db_index=True)
    place = models.TextField()
    at = models.DateTimeField()
    skill = models.TextField()
    wanted = models.SmallIntegerField()
    reserve = models.SmallIntegerField(default=0)
    note = models.TextField(default="")
    circle = models.SmallIntegerField()
    by = models.TextField()
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_why = models.TextField(default="")

    class Meta:
        db_table = "forces_call_up"
        constraints = (
            CheckConstraint(condition=Q(wanted__gte=1, reserve__gte=0), name="forces_call_up_counts"),
            CheckConstraint(condition=Q(circle__gte=1, circle__lte=5), name="forces_call_up_circle"),
        )


class Asked(models.Model):
    """Somebody who was asked for a call-up, and what came of it."""

    call_up = models.ForeignKey(CallUp, models.PROTECT, db_column="call_up")
    member = models.ForeignKey(Member, models.PROTECT, db_column="member")
    area = models.BigIntegerField(db_index=True, help_text="of the member")
    circle = models.SmallIntegerField()
    asked_at = models.DateTimeField()
    answer = models.TextField(default="")
    reserve = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(default="")
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            UniqueConstraint(fields=("call_up", "member"), name="forces_asked_once"),
            CheckConstraint(condition=Q(answer__in=[one.name for one in ANSWERS]), name="forces_asked_answer"),
            CheckConstraint(condition=Q(arrived_at=None) | Q(answer="accepted"), name="forces_asked_order"),
        )


class Plan(models.Model):
    """An allocation of a day as it was computed. ``said``: figures, bound and the reasons by street."""

    area = models.BigIntegerField(db_index=True)
    day = models.DateField()
    campaign = models.IntegerField(null=True)
    made_at = models.DateTimeField()
    by = models.TextField()
    said = models.JSONField()
    published_at = models.DateTimeField(null=True)
    published_by = models.TextField(default="")


class Shift(models.Model):
    """Somebody's shift at a site (``unit``) or a street. ``state``: of a plan and not yet published, or in force.

    The database holds nobody to two shifts at once (``install.py``). ``override_*``: who let it stand against the rule,
    and why.
    """

    member = models.ForeignKey(Member, models.PROTECT, db_column="member")
    area = models.BigIntegerField(db_index=True, help_text="where it is worked")
    unit = models.BigIntegerField(null=True, help_text="the site")
    day = models.DateField()
    shift = models.TextField()
    skill = models.TextField()
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    state = models.TextField()
    source = models.TextField()
    pinned = models.BooleanField(default=False)
    by = models.TextField()
    made_at = models.DateTimeField()
    override_by = models.TextField(default="")
    override_why = models.TextField(default="")
    override_codes = models.JSONField(default=list)
    suits = models.SmallIntegerField(default=0)
    signed_in = models.DateTimeField(null=True)
    signed_out = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_why = models.TextField(default="")

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(ends__gt=F("starts")), name="forces_shift_order"),
            CheckConstraint(condition=Q(state__in=("draft", "published")), name="forces_shift_state"),
            CheckConstraint(condition=Q(source__in=("plan", "hand")), name="forces_shift_source"),
            CheckConstraint(
                condition=Q(override_by="", override_why="") | (~Q(override_by="") & ~Q(override_why="")),
                name="forces_shift_override",
            ),
        )
        indexes = (models.Index(fields=("member", "starts"), name="forces_shift_of"),)
