"""Duties of ordinary people handed over to another area: offered from a person's sheet and from the missed list."""
