"""Tables of the ledger: what was reported, and the three books that follow from it.

Entries, lines, movements, statements and voids are only ever added to. Duties, holdings, standings, counters and
transfers are functions of them: ``fold.py`` says which, ``verify.py`` checks it.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from bulou.ledger.seal_models import Int8Multirange, JournalRecord, Seal, SealLeaves, Tally

__all__ = ("Int8Multirange", "JournalRecord", "Seal", "SealLeaves", "Tally")


class Journal(models.Model):
    """A numbered list of entries by one device, desk user or importer; ids are random below 2**28, never reused."""

    id = models.BigIntegerField(primary_key=True)
    name = models.TextField()
    kind = models.TextField()
    ranges = Int8Multirange()
    enrolled_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    key_hash = models.BinaryField(null=True, unique=True)
    revoked_at = models.DateTimeField(null=True)
    highest = models.BigIntegerField(default=0, help_text="highest number held")
    held = models.BigIntegerField(default=0, help_text="how many numbers are held; below highest, some are missing")
    upto = models.BigIntegerField(default=0, help_text="all numbers up to here are held")
    closed_last = models.BigIntegerField(null=True, help_text="last number by its closing entry")
    heard_at = models.DateTimeField(null=True, help_text="when it last sent; not part of the books")
    actor = models.BigIntegerField(null=True, help_text="the person or post behind it, where that writes several")
    unit_kind = models.SmallIntegerField(null=True)
    unit = models.BigIntegerField(null=True, help_text="the team, vehicle, laboratory ... that it works for")


class Entry(models.Model):
    """One event as reported. ``raw`` is its canonical content, ``digest`` the head of the content's SHA-256."""

    pk = models.CompositePrimaryKey("journal", "number")
    journal = models.BigIntegerField()
    number = models.BigIntegerField()
    kind = models.TextField()
    at = models.DateTimeField(null=True)
    area = models.BigIntegerField(default=0)
    raw = models.BinaryField()
    digest = models.BinaryField()
    refusal = models.SmallIntegerField(null=True)
    refused_field = models.TextField(null=True)
    flags = ArrayField(models.TextField(), default=list)
    received_at = models.DateTimeField()

    class Meta:
        # Rows stand in the order of their receipt: the seal asks for the last hours of it.
        indexes = (BrinIndex(fields=("received_at",), name="ledger_entry_received", autosummarize=True),)


class Variant(models.Model):
    """Another content that came under a number already used: the larger digest, kept and flagged.

    ``refusal``: of a content that stood in the ledger before it gave way; one that came second was never judged.
    """

    pk = models.CompositePrimaryKey("journal", "number", "digest")
    journal = models.BigIntegerField()
    number = models.BigIntegerField()
    digest = models.BinaryField()
    raw = models.BinaryField()
    received_at = models.DateTimeField()
    refusal = models.SmallIntegerField(null=True)


class Stray(models.Model):
    """What an authenticated device sent without a usable number: kept by its digest, counted nowhere."""

    pk = models.CompositePrimaryKey("journal", "digest")
    journal = models.BigIntegerField()
    digest = models.BinaryField()
    raw = models.BinaryField()
    refusal = models.SmallIntegerField()
    received_at = models.DateTimeField()


class Line(models.Model):
    """What one entry does to one duty; the fields are those of ``lines.Line``."""

    pk = models.CompositePrimaryKey("journal", "number", "line")
    journal = models.BigIntegerField()
    number = models.BigIntegerField()
    line = models.IntegerField()
    act = models.SmallIntegerField()
    at = models.DateTimeField()
    campaign = models.IntegerField()
    kind = models.SmallIntegerField()
    subject = models.BigIntegerField()
    occasion = models.BigIntegerField(default=0)
    area = models.BigIntegerField()
    stage = models.SmallIntegerField(default=0)
    frozen = models.BooleanField(default=False)
    again = models.BooleanField(default=False)
    variant = models.SmallIntegerField(null=True)
    value = models.SmallIntegerField(null=True)
    carrier_kind = models.SmallIntegerField(null=True)
    carrier = models.BigIntegerField(null=True)
    mark = models.SmallIntegerField(null=True)
    reason = models.TextField(null=True)
    until = models.DateTimeField(null=True)
    to_area = models.BigIntegerField(null=True)
    ref_journal = models.BigIntegerField(null=True)
    ref_number = models.BigIntegerField(null=True)
    authority = models.SmallIntegerField(default=0)
    same_as = models.BigIntegerField(null=True)
    corrects = ArrayField(models.BigIntegerField(), null=True, help_text="entries as journal << 24 | number")
    unheard = models.SmallIntegerField(default=0, help_text="why it does not count (vocabulary.Unheard); derived")
    due = models.DateTimeField(null=True)
    given_kind = models.SmallIntegerField(null=True)
    given = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("campaign", "kind", "subject", "occasion"), name="ledger_line_key"),
            models.Index(
                fields=("campaign", "kind", "same_as"),
                name="ledger_line_same_as",
                condition=models.Q(same_as__isnull=False),
            ),
            models.Index(
                fields=("campaign", "carrier_kind", "carrier"),
                name="ledger_line_carrier",
                condition=models.Q(carrier__isnull=False),
            ),
        )


class Movement(models.Model):
    """A quantity of an item that left one holder and arrived at another."""

    pk = models.CompositePrimaryKey("journal", "number", "line")
    journal = models.BigIntegerField()
    number = models.BigIntegerField()
    line = models.IntegerField()
    at = models.DateTimeField()
    item_kind = models.SmallIntegerField()
    item = models.BigIntegerField()
    from_kind = models.SmallIntegerField()
    from_id = models.BigIntegerField()
    to_kind = models.SmallIntegerField()
    to_id = models.BigIntegerField()
    quantity = models.BigIntegerField()


class Statement(models.Model):
    """A subject's named value as reported."""

    pk = models.CompositePrimaryKey("journal", "number", "line")
    journal = models.BigIntegerField()
    number = models.BigIntegerField()
    line = models.IntegerField()
    at = models.DateTimeField()
    area = models.BigIntegerField()
    subject_kind = models.SmallIntegerField()
    subject = models.BigIntegerField()
    name = models.TextField()
    value = models.TextField()
    until = models.DateTimeField(null=True)
    authority = models.SmallIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=("subject_kind", "subject", "name"), name="ledger_statement_subject"),)


class VoidSaid(models.Model):
    """An entry of which somebody says that it does not count, and the entry that says so; it may come first."""

    pk = models.CompositePrimaryKey("journal", "number", "by_journal", "by_number")
    journal = models.BigIntegerField()
    number = models.BigIntegerField()
    by_journal = models.BigIntegerField()
    by_number = models.BigIntegerField()

    class Meta:
        db_table = "ledger_void_said"


class Void(models.Model):
    """An entry that does not count, because enough of those who may say so have said so; derived from what was said."""

    pk = models.CompositePrimaryKey("journal", "number", "by_journal", "by_number")
    journal = models.BigIntegerField()
    number = models.BigIntegerField()
    by_journal = models.BigIntegerField()
    by_number = models.BigIntegerField()


class Duty(models.Model):
    """Book one: what is owed to whom, and how it stands."""

    pk = models.CompositePrimaryKey("campaign", "kind", "subject", "occasion")
    campaign = models.IntegerField()
    kind = models.SmallIntegerField()
    subject = models.BigIntegerField()
    occasion = models.BigIntegerField(default=0)
    area = models.BigIntegerField()
    origin = models.BigIntegerField()
    frozen = models.BooleanField(default=False)
    stage = models.SmallIntegerField(default=0)
    stage_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    outcome = models.SmallIntegerField(default=3)
    mark = models.SmallIntegerField(default=0)
    reason = models.TextField(null=True)
    until = models.DateTimeField(null=True)
    offered_to = models.BigIntegerField(null=True)
    variant = models.SmallIntegerField(null=True)
    value = models.SmallIntegerField(null=True)
    takes = models.SmallIntegerField(default=0)
    withdrawn = models.BooleanField(default=False)
    unheard = models.SmallIntegerField(default=0, help_text="lines that do not count, because of who said them")
    moved = models.BooleanField(default=False, help_text="ever handed over")
    disputed = models.SmallIntegerField(default=0, help_text="values beside the gravest that others report")
    returns = models.SmallIntegerField(default=0, help_text="how often it was taken back to an earlier stage")
    given_kind = models.SmallIntegerField(null=True)
    given = models.BigIntegerField(null=True, help_text="the device or unit that it is given to")
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("campaign", "kind", "area"), name="ledger_duty_area"),
            models.Index(fields=("subject", "kind"), name="ledger_duty_subject"),
            # Of what was taken twice or owed by nobody. A summary of pages, because both columns change with every
            # sample: in any other index they would end the updates within the page, also as a mere condition of it.
            BrinIndex(fields=("takes", "outcome", "unheard", "disputed"), name="ledger_duty_rare", pages_per_range=4, autosummarize=True),
            models.Index(
                fields=("offered_to",), name="ledger_duty_offered", condition=models.Q(offered_to__isnull=False)
            ),
            models.Index(
                fields=("given_kind", "given"), name="ledger_duty_given", condition=models.Q(given__isnull=False)
            ),
        )


class Counter(models.Model):
    """How many duties stand how, by leaf area. ``frozen`` and ``added`` count at the origin, the rest at the area."""

    pk = models.CompositePrimaryKey("campaign", "kind", "area")
    campaign = models.IntegerField()
    kind = models.SmallIntegerField()
    area = models.BigIntegerField()
    frozen = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    open = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    excused = models.IntegerField(default=0)
    deferred = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    stages = ArrayField(models.IntegerField(), default=list, help_text="open ones by stage, the first one first")


class Transfer(models.Model):
    """How many duties owed at ``origin`` stand at ``area`` now, by accepted reassignment (net, not by steps)."""

    pk = models.CompositePrimaryKey("campaign", "kind", "origin", "area")
    campaign = models.IntegerField()
    kind = models.SmallIntegerField()
    origin = models.BigIntegerField()
    area = models.BigIntegerField()
    n = models.IntegerField()


class Holding(models.Model):
    """Book two: how much of an item a holder has. Zero rows are dropped; below zero a movement is missing."""

    pk = models.CompositePrimaryKey("item_kind", "item", "holder_kind", "holder")
    item_kind = models.SmallIntegerField()
    item = models.BigIntegerField()
    holder_kind = models.SmallIntegerField()
    holder = models.BigIntegerField()
    quantity = models.BigIntegerField()


class Standing(models.Model):
    """Book three: the latest value of a subject under a name."""

    pk = models.CompositePrimaryKey("subject_kind", "subject", "name")
    subject_kind = models.SmallIntegerField()
    subject = models.BigIntegerField()
    name = models.TextField()
    value = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    area = models.BigIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=("name", "value"), name="ledger_standing_value"),)


class Campaign(models.Model):
    """One round or programme: what is owed under it is frozen when it opens."""

    id = models.IntegerField(primary_key=True)
    kind = models.TextField()
    name = models.TextField()
    area = models.BigIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    rules = models.JSONField(default=dict)
    frozen = models.IntegerField(default=0)


class Incarnation(models.Model):
    """The ledger's own name; a restored backup gets a new one, so that phones send again what it lacks."""

    name = models.TextField(primary_key=True)
    since = models.DateTimeField()


class DutyKindRow(models.Model):
    """A declared kind of duty, as the statements need it. Filled from the registry at each install."""

    code = models.SmallIntegerField(primary_key=True)
    name = models.TextField(unique=True)
    subject_kind = models.SmallIntegerField()
    tier = models.SmallIntegerField()
    final = models.SmallIntegerField()
    took_part = models.SmallIntegerField()
    travels = models.BooleanField(default=False)
    gravest = ArrayField(models.SmallIntegerField(), null=True)
    not_by = ArrayField(models.SmallIntegerField(), null=True)

    class Meta:
        db_table = "ledger_duty_kind"


class CarriageRow(models.Model):
    """A declared carriage; null arrays mean any."""

    carrier_kind = models.SmallIntegerField()
    carrier_stage = models.SmallIntegerField()
    kind = models.SmallIntegerField()
    stage = models.SmallIntegerField()
    variants = ArrayField(models.SmallIntegerField(), null=True)
    vals = ArrayField(models.SmallIntegerField(), null=True)

    class Meta:
        db_table = "ledger_carriage"


class ConsequenceRow(models.Model):
    """A declared consequence; null variants mean any."""

    carrier_kind = models.SmallIntegerField()
    stage = models.SmallIntegerField()
    variants = ArrayField(models.SmallIntegerField(), null=True)
    vals = ArrayField(models.SmallIntegerField(), null=True)
    of_kind = models.SmallIntegerField(null=True)
    kind = models.SmallIntegerField()
    per_carrier = models.BooleanField()
    standing_name = models.TextField(null=True)
    standing_value = models.TextField(null=True)

    class Meta:
        db_table = "ledger_consequence"
