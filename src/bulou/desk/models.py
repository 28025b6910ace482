"""Who may see what on the desk."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class UserScope(models.Model):
    """The areas whose whole subtrees a user works for. No row, or an empty list: the user sees nothing.

    The id 0 stands for the root above all districts.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="scope")
    areas = ArrayField(models.BigIntegerField(), default=list)
