"""Tables of notices: the notice, one delivery for each household and channel, rumours."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from bulou.notices.vocabulary import DELIVERIES, RUMOURS, STATES, TO_HOUSEHOLDS


class Notice(models.Model):
    """A text to the households of an area. ``audience``: {"levels": [], "needs": bits, "terms": [[campaign, kind,
    state]]}; ``channels``: names; ``receipt``: it counts as received only when the household says so.

    ``counted``: households that the audience named when it was written; ``sent_to``: when it was sent.
    """

    area = models.BigIntegerField(db_index=True)
    title_zh = models.TextField()
    title_en = models.TextField()
    text_zh = models.TextField(default="")
    text_en = models.TextField(default="")
    public_zh = models.TextField(default="")
    public_en = models.TextField(default="")
    audience = models.JSONField(default=dict)
    channels = models.JSONField(default=list)
    urgent = models.BooleanField(default=False)
    receipt = models.BooleanField(default=False)
    state = models.TextField(default="draft")
    by = models.TextField()
    made_at = models.DateTimeField()
    counted = models.IntegerField(default=0)
    approved_by = models.TextField(default="")
    approved_at = models.DateTimeField(null=True)
    sent_by = models.TextField(default="")
    sent_at = models.DateTimeField(null=True)
    sent_to = models.IntegerField(default=0)
    ended_by = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(default="")
    corrects = models.ForeignKey("self", models.PROTECT, db_column="corrects", null=True, related_name="corrected_by")

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(area__gt=0, area__lt=2**49), name="notices_notice_area"),
            CheckConstraint(condition=Q(state__in=[one.name for one in STATES]), name="notices_notice_state"),
            CheckConstraint(condition=~Q(title_zh="") & ~Q(title_en=""), name="notices_notice_title"),
            # Who wrote it is not who approved it, whoever writes to the table.
            CheckConstraint(condition=Q(approved_at=None) | ~Q(approved_by=F("by")), name="notices_notice_apart"),
            CheckConstraint(
                condition=~Q(state__in=["sent", "corrected"]) | Q(approved_at__isnull=False, sent_at__isnull=False),
                name="notices_notice_order",
            ),
        )


class Delivery(models.Model):
    """A notice to one household over one channel: what became of it. ``address``: a telephone; ``met``: places of the
    audience's duties that the household meets; ``people``: how many of it are named.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, db_column="notice")
    household = models.BigIntegerField()
    area = models.BigIntegerField(db_index=True)
    channel = models.TextField()
    address = models.TextField(default="")
    met = ArrayField(models.SmallIntegerField(), default=list)
    people = models.SmallIntegerField(default=0)
    state = models.TextField()
    made_at = models.DateTimeField()
    not_before = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    answer = models.TextField(default="")
    seen_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            UniqueConstraint(fields=("notice", "household", "channel", "address"), name="notices_delivery_once"),
            CheckConstraint(condition=Q(channel__in=TO_HOUSEHOLDS), name="notices_delivery_channel"),
            CheckConstraint(condition=Q(state__in=[one.name for one in DELIVERIES]), name="notices_delivery_state"),
        )
        indexes = (
            models.Index(fields=("not_before",), name="notices_delivery_due",
                         condition=Q(channel="sms", state__in=("waiting", "sending"))),
            models.Index(fields=("address", "sent_at"), name="notices_delivery_had", condition=Q(state="sent")),
            models.Index(fields=("household",), name="notices_delivery_home"),
        )  # fmt: skip


class Rumour(models.Model):
    """What is being said, where it was heard, and the answer: written by one, approved by another."""

    area = models.BigIntegerField(db_index=True)
    said = models.TextField()
    heard_at = models.TextField(help_text="where it was heard")
    by = models.TextField()
    made_at = models.DateTimeField()
    state = models.TextField(default="open")
    answer_zh = models.TextField(default="")
    answer_en = models.TextField(default="")
    answered_by = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(state__in=[one.name for one in RUMOURS]), name="notices_rumour_state"),
            CheckConstraint(condition=~Q(said="") & ~Q(heard_at=""), name="notices_rumour_said"),
            CheckConstraint(condition=~Q(state="approved") | ~Q(answered_by=F("decided_by")),
                            name="notices_rumour_apart"),
        )  # fmt: skip
