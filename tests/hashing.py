"""Passwords of tests: the method of the product in one round instead of a million."""

from bulou.desk.accounts.hashing import Recorded


class OneRound(Recorded):
    """Hashes as the product does, but at once."""

    iterations = 1
