"""The Django application of what computes allocations."""

from django.apps import AppConfig


class ComputingConfig(AppConfig):
    """Registers it under its own name."""

    name = "bulou.forces.computing"
    label = "computing"
