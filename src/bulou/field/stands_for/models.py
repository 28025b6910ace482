"""The unit that an enrolment is for. From the device's first entry on it is a fact of its journal."""

from __future__ import annotations

from django.db import models


class EnrolmentUnit(models.Model):
    """Of an offer of enrolment (``field_enrolment``) the unit (``places_unit``) that its devices work for."""

    token_hash = models.BinaryField(primary_key=True)
    unit = models.BigIntegerField()
