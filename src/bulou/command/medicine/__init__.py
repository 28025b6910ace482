"""Runs in which medicines are fetched for people together: composed from what is asked for, with list and bags."""
