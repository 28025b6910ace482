"""Who took a device out of service, or back into it. Only ever added to."""

from __future__ import annotations

from django.db import models


class Service(models.Model):
    """One act on one device. ``area``: the lowest of the device's, by which the record is seen."""

    journal = models.BigIntegerField()
    area = models.BigIntegerField(default=0)
    act = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    why = models.TextField(default="")

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(act__in=("revoked", "reinstated")), name="devices_service_act"),)
        indexes = (models.Index(fields=("journal", "at"), name="devices_service_of"), models.Index(fields=("by", "at"), name="devices_service_by"))
