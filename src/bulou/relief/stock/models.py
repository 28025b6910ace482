"""The register of goods, their lots, and what was done to each good. How much there is stands in the ledger alone."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint


class Good(models.Model):
    """A good as known now. It is never removed: it is closed (``until``).

    ``pack``: units in a pack. ``keeps``: whether it comes in lots, and whether these expire (``vocabulary.KEEPS``).
    ``warn_days``: so many days before it expires a lot is to be used up. ``cover_days``: so many days of use each store
    is to have. ``household_days``: in how many days a household that may not go out uses one; 0: not counted so.
    """

    code = models.TextField(help_text="printed on labels; one of a kind in the installation")
    name = models.TextField()
    name_en = models.TextField(default="")
    kind = models.TextField()
    unit = models.TextField()
    pack = models.IntegerField(default=1)
    keeps = models.TextField(default="none")
    warn_days = models.IntegerField(default=3)
    cover_days = models.IntegerField(default=3)
    household_days = models.IntegerField(default=0)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            UniqueConstraint(fields=("code",), name="stock_good_code"),
            CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9][A-Z0-9-]{1,19}$"), name="stock_good_printable"),
            CheckConstraint(condition=~Q(name="") & ~Q(unit=""), name="stock_good_named"),
            CheckConstraint(condition=Q(keeps__in=("none", "lot", "expiry")), name="stock_good_keeps"),
            CheckConstraint(condition=Q(pack__gt=0, warn_days__gte=0, cover_days__gt=0), name="stock_good_numbers"),
            CheckConstraint(condition=Q(household_days__gte=0), name="stock_good_household"),
            CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="stock_good_order"),
        )


class Lot(models.Model):
    """A lot of a good: what was made together, and expires together. Added to and never changed."""

    good = models.ForeignKey(Good, models.PROTECT, db_column="good")
    number = models.TextField(default="")
    expires = models.DateField(null=True)

    class Meta:
        constraints = (
            UniqueConstraint(fields=("good", "number", "expires"), name="stock_lot_one", nulls_distinct=False),
            CheckConstraint(condition=~Q(number="") | Q(expires__isnull=False), name="stock_lot_says_something"),
        )


class GoodChange(models.Model):
    """What was done to a good: by whom, when, why, and what it was before. Added to and never changed."""

    good = models.ForeignKey(Good, models.PROTECT, db_column="good")
    at = models.DateTimeField()
    by = models.TextField()
    act = models.TextField()
    reason = models.TextField(default="")
    before = models.JSONField(default=dict, help_text="of each field that changed what it was before")

    class Meta:
        db_table = "stock_good_change"
        constraints = (
            CheckConstraint(
                condition=Q(act__in=("added", "changed", "closed", "reopened")), name="stock_good_change_act"
            ),
        )
