"""Contacts follow results: the house names who lives with a case, and ends what a withdrawn result led to."""
