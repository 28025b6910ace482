"""Passwords of tests: the method of the product in one round instead of a million."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class OneRound(PBKDF2PasswordHasher):
    """Hashes as the product does, but at once."""

    iterations = 1
