"""Sampling sites and calls: which buildings a site serves, the timetable of calls, the live queue."""
