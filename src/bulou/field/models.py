"""Tables of the field door."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q

from bulou.ledger.models import Int8Multirange


class Enrolment(models.Model):
    """An offer to enrol one device, or, as the shift card of the day's volunteers, several. The token is stored hashed.

    ``used`` counts the devices that came with it, and never passes ``admits``.
    """

    token_hash = models.BinaryField(primary_key=True)
    name = models.TextField()
    kind = models.TextField()
    role = models.TextField(help_text="of phones a row of roles.ROLES; of other kinds the kind")
    ranges = Int8Multirange()
    valid_until = models.DateTimeField(help_text="when the device's key ends")
    offered_by = models.TextField()
    offered_at = models.DateTimeField()
    usable_until = models.DateTimeField(help_text="when the token itself ends")
    admits = models.SmallIntegerField(default=1)
    used = models.SmallIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=~Q(name=""), name="field_enrolment_name"),
            CheckConstraint(condition=Q(kind__in=("phone", "courier", "laboratory")), name="field_enrolment_kind"),
            CheckConstraint(
                condition=Q(used__gte=0, used__lte=F("admits"), admits__gte=1), name="field_enrolment_admits"
            ),
        )


class Device(models.Model):
    """A device that was enrolled: its journal, the token it came with, and what it is for."""

    journal = models.BigIntegerField(primary_key=True)
    token_hash = models.BinaryField(db_index=True)
    role = models.TextField()
    enrolled_at = models.DateTimeField()


class Jump(models.Model):
    """Of an entry: by how much its phone's clock was found to have jumped, ahead or back, before it was written."""

    pk = models.CompositePrimaryKey("journal", "number")
    journal = models.BigIntegerField()
    number = models.BigIntegerField()
    jump_ms = models.BigIntegerField()
    received_at = models.DateTimeField()


class Accepted(models.Model):
    """An entry that did not count because of its time or place, and the desk's entry that says it anew."""

    pk = models.CompositePrimaryKey("journal", "number")
    journal = models.BigIntegerField()
    number = models.BigIntegerField()
    by_journal = models.BigIntegerField()
    by_number = models.BigIntegerField()
    by = models.TextField()
    at = models.DateTimeField()


class Corrector(models.Model):
    """The journal in which a desk user says anew, within a scope, what devices told with a wrong time.

    One of its own, because it reaches into the past: the journal of a user's other acts begins with the first of them.
    """

    pk = models.CompositePrimaryKey("user_id", "scope")
    user_id = models.IntegerField()
    scope = models.TextField()
    journal = models.BigIntegerField()


class Handing(models.Model):
    """A journal that came as a file at the desk: who handed it in, and what became of its entries."""

    journal = models.BigIntegerField(db_index=True)
    by = models.TextField()
    at = models.DateTimeField()
    digest = models.BinaryField(help_text="SHA-256 of the file")
    entries = models.IntegerField()
    kept = models.IntegerField()
    repeated = models.IntegerField()
    refused = models.IntegerField(help_text="refused or conflicting")
