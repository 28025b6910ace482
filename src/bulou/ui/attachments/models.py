"""Which photo belongs to what, and who looked at it. The photos themselves lie in the data folder, by their digest."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint


class Photo(models.Model):
    """A photo of something. ``about``: the kind of thing and its key, ``part``: which part of it, such as a question.

    It is never changed; it can be taken away with a reason, and goes by itself after ``keep_until``. Then the row
    stays and says so, and the picture is gone.
    """

    area = models.BigIntegerField(db_index=True)
    about = models.TextField()
    part = models.TextField(default="")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the picture as it is kept")
    source = models.CharField(max_length=64, default="", help_text="SHA-256 of the file as a phone's entry names it")
    size = models.IntegerField(help_text="bytes")
    width = models.IntegerField()
    height = models.IntegerField()
    by = models.TextField()
    at = models.DateTimeField()
    keep_until = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.TextField(default="")
    removed_why = models.TextField(default="")

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(area__gt=0, area__lt=2**49), name="attachments_photo_area"),
            CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="attachments_photo_digest"),
            CheckConstraint(condition=Q(source__regex="^([0-9a-f]{64})?$"), name="attachments_photo_source"),
            CheckConstraint(condition=Q(keep_until__gt=F("at")), name="attachments_photo_kept"),
            CheckConstraint(
                condition=Q(removed_at=None, removed_by="", removed_why="")
                | (Q(removed_at__isnull=False) & ~Q(removed_by="") & ~Q(removed_why="")),
                name="attachments_photo_removed",
            ),
            UniqueConstraint(
                fields=("about", "part", "digest"), condition=Q(removed_at=None), name="attachments_photo_once"
            ),
        )
        indexes = (models.Index(fields=("about",), name="attachments_photo_of"),)


class PhotoLook(models.Model):
    """A photo was shown to a user: at most once an hour for each."""

    photo = models.ForeignKey(Photo, models.PROTECT, db_column="photo")
    area = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.TextField()

    class Meta:
        db_table = "attachments_photo_look"
        indexes = (models.Index(fields=("photo", "-at"), name="attachments_look_of"),)
