"""Suits that the shifts of a day need beside what stores hold, and issuing them."""
