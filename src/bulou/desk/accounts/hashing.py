"""How passwords are hashed: Django's own way, whose hashes are made anew on purpose alone.

Django makes a hash of fewer rounds anew wherever a right password is checked, and leaves no record of it. Then whoever
writes a hash of his own into the table needs only other rounds to be taken for Django. Here the sign-in does it
(``backend.Accounts``), and records it.
"""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Recorded(PBKDF2PasswordHasher):
    """PBKDF2 with the rounds of this Django."""

    def must_update(self, encoded: str) -> bool:
        """No check makes a hash anew."""
        return False

    def is_weaker(self, encoded: str) -> bool:
        """Tell whether a hash has fewer rounds or less salt than one made today."""
        return super().must_update(encoded)
