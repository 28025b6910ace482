"""What a round that is being prepared is to be like beside its name and place, and whom a round treats otherwise."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from bulou.rounds.scope.rules import CAUSES, DEFERRED, OUT, SINGLE


class Plan(models.Model):
    """Of a draft (``opening.Draft``): when it is to begin, the pool size, the scope rule as a round's record keeps it.

    ``changes``: what was changed after it was prepared: [{at, by, field, before, after}].
    """

    draft = models.BigIntegerField(unique=True)
    area = models.BigIntegerField()
    begins = models.DateTimeField(null=True)
    pool_size = models.SmallIntegerField(default=10)
    rules = models.JSONField(default=dict)
    changes = models.JSONField(default=list)

    class Meta:
        db_table = "scope_plan"
        constraints = (CheckConstraint(condition=Q(pool_size__gte=1, pool_size__lte=20), name="scope_plan_pool_size"),)


class Treated(models.Model):
    """A person whom a round's rule treats otherwise than all others, and why: as it was when the round met her."""

    campaign = models.IntegerField()
    person = models.BigIntegerField()
    area = models.BigIntegerField()
    cause = models.TextField()
    treatment = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "scope_treated"
        constraints = (
            CheckConstraint(condition=Q(cause__in=CAUSES), name="scope_treated_cause"),
            CheckConstraint(condition=Q(treatment__in=(OUT, DEFERRED, SINGLE)), name="scope_treated_treatment"),
            UniqueConstraint(fields=("campaign", "person"), name="scope_treated_once"),
        )
        indexes = (models.Index(fields=("campaign", "treatment", "area", "person"), name="scope_treated_listed"),)


class Misfilled(models.Model):
    """A sealed tube that is not as its round's rule says (``rules.Misfilled``), found after it was reported.

    Derived from the entry of the tube, which is kept as it came. ``heard_at``: when that was received.
    """

    campaign = models.IntegerField()
    tube = models.BigIntegerField()
    area = models.BigIntegerField()
    journal = models.BigIntegerField()
    number = models.BigIntegerField()
    at = models.DateTimeField()
    heard_at = models.DateTimeField()
    over = models.SmallIntegerField()
    singles = models.SmallIntegerField()
    homes = models.SmallIntegerField()

    class Meta:
        db_table = "scope_misfilled"
        constraints = (
            UniqueConstraint(fields=("journal", "number"), name="scope_misfilled_once"),
            CheckConstraint(
                condition=Q(over__gt=0) | Q(singles__gt=0) | Q(homes__gt=0), name="scope_misfilled_somehow"
            ),
        )
        indexes = (models.Index(fields=("campaign", "area", "tube"), name="scope_misfilled_listed"),)
