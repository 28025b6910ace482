"""The desk has no tables of its own; those of its users are in ``accounts``."""
