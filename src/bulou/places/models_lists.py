"""Tables of lists: who they are from, how each came in, and the doubts that a person decides."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from bulou.places.vocabulary import DECISIONS, DOUBTS


class Source(models.Model):
    """Who a list comes from, and which of its columns hold which field: {field: column title}.

    ``kind`` ("" where nobody said) and ``trust``: ``sources.KINDS`` and ``TRUSTS``, with who said so last.
    """

    name = models.TextField(unique=True)
    mapping = models.JSONField(default=dict)
    mapped_at = models.DateTimeField(null=True)
    kind = models.TextField(default="", db_default="")
    trust = models.SmallIntegerField(default=2, db_default=2)
    declared_by = models.TextField(default="", db_default="")
    declared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (CheckConstraint(condition=Q(trust__gte=1, trust__lte=3), name="places_source_trust"),)


class ImportRun(models.Model):
    """One import of one file. ``next_row`` moves with each chunk in the chunk's own transaction."""

    source = models.ForeignKey(Source, models.PROTECT, db_column="source")
    file_name = models.TextField()
    digest = models.BinaryField(help_text="of the file's bytes and the options: a resumed run must be the same work")
    next_row = models.IntegerField(default=0, help_text="rows of the file that are done with")
    read = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0, help_text="blank and sum rows")
    flagged = models.IntegerField(db_default=0, default=0, help_text="cells that were left")
    doubts = models.IntegerField(db_default=0, default=0, help_text="doubts that were raised")
    valid_from = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "places_import_run"
        constraints = (
            UniqueConstraint(fields=("digest",), condition=Q(finished_at__isnull=True), name="places_import_one_open"),
        )


class ImportRefusal(models.Model):
    """A row that was not taken and why. Holds nothing of the row: the rejects file is cut from the source file."""

    pk = models.CompositePrimaryKey("run", "row", "code")
    run = models.ForeignKey(ImportRun, models.CASCADE, db_column="run")
    row = models.IntegerField(help_text="1 = first row of the file")
    code = models.SmallIntegerField()
    field = models.TextField()
    other_row = models.IntegerField(null=True, help_text="the row that this one contradicts")

    class Meta:
        db_table = "places_import_refusal"


class ImportFlag(models.Model):
    """A cell that was left while its row was taken, and why. Holds nothing of the cell."""

    run = models.ForeignKey(ImportRun, models.CASCADE, db_column="run")
    row = models.IntegerField(help_text="the row's own number within the file")
    sheet = models.TextField(default="")
    line = models.IntegerField(help_text="row of the sheet, 1 = first")
    column = models.TextField(default="", help_text="title or letters of the column")
    field = models.TextField()
    code = models.SmallIntegerField()

    class Meta:
        db_table = "places_import_flag"


class ImportSeen(models.Model):
    """Which row of a run spoke of which person first; kept for the last run of a source."""

    pk = models.CompositePrimaryKey("run", "person")
    run = models.ForeignKey(ImportRun, models.CASCADE, db_column="run", db_index=False)
    person = models.BigIntegerField()
    row = models.IntegerField()
    said = models.BinaryField(null=True, help_text="digest of what the row says besides name and number")

    class Meta:
        db_table = "places_import_seen"


class Said(models.Model):
    """What the latest list of a source says of a field of a person otherwise than the record, or did.

    ``run``: the import that said so, null where it is what another one replaced.
    """

    person = models.ForeignKey("places.Person", models.PROTECT, db_column="person", db_index=False, related_name="+")
    attribute = models.SmallIntegerField(help_text="vocabulary.ATTRIBUTES")
    source = models.ForeignKey(Source, models.PROTECT, db_column="source", db_index=False)
    run = models.BigIntegerField(null=True, db_index=True)
    value = models.TextField()
    valid_from = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "places_said"
        constraints = (UniqueConstraint(fields=("person", "attribute", "source"), name="places_said_once"),)


class Doubt(models.Model):
    """Two facts that may be about one person or two: what is on record, and what another source says. A person decides.

    ``person`` is on record; ``other`` is the second person where there is one, else what the source says is kept in
    ``said`` alone (name, door, telephones ...). ``area`` and ``other_area`` are where the two live: both must lie in
    the scope of who decides. The identity number is here as a keyed digest, and so is the whole fact
    (``fingerprint``): what was asked once is not asked again.
    """

    kind = models.TextField(help_text="vocabulary.DOUBTS")
    area = models.BigIntegerField(db_index=True)
    other_area = models.BigIntegerField(db_index=True)
    person = models.ForeignKey("places.Person", models.PROTECT, db_column="person", related_name="+")
    other = models.ForeignKey("places.Person", models.PROTECT, db_column="other", null=True, related_name="+")
    said = models.JSONField()
    id_digest = models.BinaryField(null=True)
    key_version = models.SmallIntegerField(null=True)
    source = models.ForeignKey(Source, models.PROTECT, db_column="source", null=True, db_index=False)
    run = models.ForeignKey(ImportRun, models.SET_NULL, db_column="run", null=True, db_index=False)
    sheet = models.TextField(default="")
    line = models.IntegerField(null=True, help_text="row of the sheet")
    fingerprint = models.BinaryField()
    since = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(null=True)
    decision = models.TextField(null=True, help_text="vocabulary.DECISIONS")

    class Meta:
        db_table = "places_doubt"
        constraints = (
            UniqueConstraint(fields=("fingerprint",), name="places_doubt_once"),
            CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, decision=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, decision__isnull=False),
                name="places_doubt_decided_whole",
            ),
            CheckConstraint(
                condition=Q(decision=None) | Q(decision__in=tuple(DECISIONS)), name="places_doubt_decision"
            ),
            CheckConstraint(condition=Q(kind__in=tuple(DOUBTS)), name="places_doubt_kind"),
            CheckConstraint(condition=~Q(person=F("other")), name="places_doubt_two"),
        )
        indexes = (models.Index(fields=("since", "id"), name="places_doubt_open", condition=Q(decided_at=None)),)
