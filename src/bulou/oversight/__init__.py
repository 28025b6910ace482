"""Oversight: what was found wrong, who puts it right, and who saw that it is."""
