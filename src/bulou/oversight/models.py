"""Tables of oversight: checklists by version, inspections, which findings came of an inspection, and the report of it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from bulou.oversight.vocabulary import MANNERS, STATES


class Checklist(models.Model):
    """A version of a checklist as plain data (``checklists.Form``). Another version is another row."""

    name = models.TextField()
    version = models.IntegerField()
    place = models.TextField(default="", help_text="what it is for: compound, shop, site, facility, or anything")
    title = models.TextField()
    title_en = models.TextField(default="")
    form = models.JSONField()
    by = models.TextField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            UniqueConstraint(fields=("name", "version"), name="oversight_checklist_version"),
            CheckConstraint(condition=Q(version__gte=1), name="oversight_checklist_number"),
            CheckConstraint(condition=Q(name__regex="^[a-z][a-z0-9_]*$"), name="oversight_checklist_name"),
        )


class Inspection(models.Model):
    """An inspection to a place, planned or made at once. ``segment``: of a patrol, from where to where.

    ``filled`` is the form as it stands while it is filled in, ``answers`` what it came to when the inspection was ended;
    after that neither changes.
    """

    area = models.BigIntegerField(db_index=True)
    unit = models.BigIntegerField(null=True, help_text="a unit of the register")
    manner = models.TextField()
    segment = models.TextField(default="")
    checklist = models.ForeignKey(Checklist, models.PROTECT, db_column="checklist")
    inspectors = models.TextField()
    planned_for = models.DateTimeField()
    state = models.TextField(default="planned")
    filled = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.TextField(default="")
    dropped_why = models.TextField(default="")
    by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(area__gt=0, area__lt=2**49), name="oversight_inspection_area"),
            CheckConstraint(condition=Q(manner__in=[one.name for one in MANNERS]), name="oversight_inspection_manner"),
            CheckConstraint(condition=Q(state__in=[one.name for one in STATES]), name="oversight_inspection_state"),
            CheckConstraint(condition=Q(manner="patrol") | Q(segment=""), name="oversight_inspection_segment"),
            CheckConstraint(
                condition=(Q(state="done") & Q(done_at__isnull=False) & ~Q(done_by=""))
                | (~Q(state="done") & Q(done_at=None, done_by="")),
                name="oversight_inspection_done",
            ),
            CheckConstraint(condition=Q(done_at=None) | Q(done_at__gte=F("begun_at")), name="oversight_inspection_order"),
        )
        indexes = (models.Index(fields=("state", "planned_for"), name="oversight_inspection_due"),)


class InspectionFinding(models.Model):
    """A finding that came of an answer on an inspection: the duty's key."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_column="inspection")
    area = models.BigIntegerField()
    question = models.TextField()
    campaign = models.IntegerField()
    subject = models.BigIntegerField()
    occasion = models.BigIntegerField()

    class Meta:
        db_table = "oversight_inspection_finding"
        constraints = (UniqueConstraint(fields=("inspection", "question"), name="oversight_inspection_finding_once"),)


class Report(models.Model):
    """The report of an inspection. ``text``: what people wrote; ``record``: what the ledger said when it was signed.

    A signed report is never changed: the database holds it (``sql/install.sql``). ``digest``: of text and record.
    """

    inspection = models.OneToOneField(Inspection, models.PROTECT, db_column="inspection")
    area = models.BigIntegerField()
    text = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    record = models.JSONField(null=True)
    digest = models.TextField(default="")
    signed_by = models.TextField(default="")
    signed_as = models.TextField(default="")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(
                condition=Q(signed_at=None, signed_by="", signed_as="", record=None, digest="")
                | (Q(signed_at__isnull=False, record__isnull=False) & ~Q(signed_by="") & ~Q(signed_as="")
                   & ~Q(digest="")),
                name="oversight_report_signed",
            ),
        )  # fmt: skip
