"""Tables of the seal, of what was fixed of journals, and of how many rows each writer has written into a log.

Django finds them by ``models.py``.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Int8Multirange(models.Field):  # pyright: ignore[reportMissingTypeArgument] - not generic when it runs
    """A PostgreSQL int8multirange; read and written as text."""

    def db_type(self, connection: Any) -> str:
        return "int8multirange"


class Seal(models.Model):
    """What was sealed in an hour: the statement (``seal.Seal``) in its one byte form, and its signature."""

    number = models.IntegerField(primary_key=True)
    statement = models.BinaryField()
    signature = models.BinaryField()


class SealLeaves(models.Model):
    """The leaves of a seal by book, in their order. Believed only where they have the root of the seal."""

    pk = models.CompositePrimaryKey("seal", "book")
    seal = models.IntegerField()
    book = models.TextField()
    keys = ArrayField(models.TextField(), help_text="what names each row")
    hashes = ArrayField(models.BinaryField())

    class Meta:
        db_table = "ledger_seal_leaves"


class Tally(models.Model):
    """How many rows each writer has written into a log: they are numbered from 1 without a gap (``sql/log.sql``)."""

    pk = models.CompositePrimaryKey("log", "writer")
    log = models.TextField()
    writer = models.TextField()
    n = models.BigIntegerField()


class JournalRecord(models.Model):
    """What was fixed of a journal when it was enrolled, and its end: added to and never changed.

    ``what``: enrolled, revoked, reinstated, or adopted (the journal was there before there were records).
    ``ledger_journal`` must say the same.
    """

    journal = models.BigIntegerField(db_index=True)
    what = models.TextField()
    at = models.DateTimeField()
    name = models.TextField()
    kind = models.TextField()
    ranges = Int8Multirange()
    enrolled_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    key_hash = models.BinaryField(null=True)
    actor = models.BigIntegerField(null=True)
    unit_kind = models.SmallIntegerField(null=True)
    unit = models.BigIntegerField(null=True)

    class Meta:
        db_table = "ledger_journal_record"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(what__in=("enrolled", "revoked", "reinstated", "adopted")),
                name="ledger_journal_record_what",
            ),
            models.UniqueConstraint(
                fields=("journal",),
                condition=models.Q(what__in=("enrolled", "adopted")),
                name="ledger_journal_record_once",
            ),
        )
