"""Tables of volunteers: codes on posters, who has signed up, keys of own pages, who was shown which names."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q

from bulou.forces.models import Member

#: What becomes of a sign-up.
WAITING, CONFIRMED, REFUSED, WITHDRAWN = "waiting", "confirmed", "refused", "withdrawn"
STATES = (WAITING, CONFIRMED, REFUSED, WITHDRAWN)


class Poster(models.Model):
    """A code by which people of an area sign up, as a keyed digest; it is printed once and ends by itself."""

    area = models.BigIntegerField(db_index=True)
    digest = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    made_by = models.TextField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(default="")

    class Meta:
        constraints = (CheckConstraint(condition=Q(until__gt=F("made_at")), name="volunteers_poster_order"),)


class Application(models.Model):
    """Somebody who has signed up, as he said it. ``skills``, ``shifts``: names; ``member``: who it became."""

    area = models.BigIntegerField(db_index=True)
    poster = models.ForeignKey(Poster, models.PROTECT, db_column="poster")
    name = models.TextField()
    telephone = models.TextField()
    skills = models.JSONField(default=list)
    shifts = models.JSONField(default=list)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    note = models.TextField(default="")
    said_at = models.DateTimeField()
    state = models.TextField(default=WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="")
    reason = models.TextField(default="")
    member = models.ForeignKey(Member, models.PROTECT, db_column="member", null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(state__in=STATES), name="volunteers_application_state"),
            CheckConstraint(condition=~Q(name="") & ~Q(telephone=""), name="volunteers_application_said"),
            CheckConstraint(
                condition=(Q(state=WAITING) & Q(decided_at=None)) | (~Q(state=WAITING) & ~Q(decided_at=None)),
                name="volunteers_application_decided",
            ),
            CheckConstraint(
                condition=(Q(state=CONFIRMED) & ~Q(member=None)) | (~Q(state=CONFIRMED) & Q(member=None)),
                name="volunteers_application_member",
            ),
        )


class Key(models.Model):
    """What opens somebody's own page: a keyed digest, for a while. A new one ends the one before."""

    area = models.BigIntegerField(db_index=True)
    digest = models.BinaryField(unique=True)
    application = models.ForeignKey(Application, models.PROTECT, db_column="application", null=True)
    member = models.ForeignKey(Member, models.PROTECT, db_column="member", null=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=~Q(application=None) | ~Q(member=None), name="volunteers_key_whose"),
            CheckConstraint(condition=Q(until__gt=F("made_at")), name="volunteers_key_order"),
        )


class Look(models.Model):
    """The name of somebody who has signed up was shown to a user: at most once an hour for each."""

    application = models.ForeignKey(Application, models.PROTECT, db_column="application")
    area = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.TextField()
