"""Rounds on the desk: listed, checked before they begin, opened by a process of their own, and closed."""
