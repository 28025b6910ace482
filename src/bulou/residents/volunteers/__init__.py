"""Volunteers of themselves: they sign up by a code on a poster, see and correct their record, answer call-ups."""
