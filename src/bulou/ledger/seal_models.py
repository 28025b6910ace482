"""Tables of the seal, and of how many rows each writer has written into a log. Django finds them by ``models.py``."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


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
