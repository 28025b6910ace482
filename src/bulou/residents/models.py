"""Tables of the resident's page: cards at doors, and how often something was tried."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint


class Card(models.Model):
    """A card at a household's door: the keyed digest of its code, from when until when it opens the page."""

    household = models.BigIntegerField()
    area = models.BigIntegerField(db_index=True, help_text="the household's building when it was printed")
    digest = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    made_by = models.TextField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(default="")
    reason = models.TextField(default="", help_text="printed anew, or why it was ended")

    class Meta:
        constraints = (
            UniqueConstraint(fields=("household",), condition=Q(ended_at=None), name="residents_card_one"),
            CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("made_at")), name="residents_card_order"
            ),
        )


class Tried(models.Model):
    """How often an address or card tried something in one window of time; both are kept as keyed digests alone."""

    what = models.TextField()
    who = models.BinaryField()
    since = models.DateTimeField()
    n = models.IntegerField()

    class Meta:
        constraints = (UniqueConstraint(fields=("what", "who", "since"), name="residents_tried_once"),)
        indexes = (models.Index(fields=("since",), name="residents_tried_since"),)
