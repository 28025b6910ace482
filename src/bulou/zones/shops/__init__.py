"""Shops under closure: which may open, and why."""
