"""Rosters and the area tree on the desk: a file is uploaded, looked through, imported, and its result is kept."""
