"""Inspections by checklists, what came of them, and their reports: the desk's pages of oversight."""
