"""The door's process and its devices, as the tests of doors/ have them; and how long a search may take."""

import os

import pytest

from tests.doors.conftest import door, enrol, laboratory, phone, second_door, shared, start_door

__all__ = ["door", "enrol", "laboratory", "phone", "second_door", "shared", "start_door"]

#: `SECURITY=full` searches long; otherwise each search fits into a pull request.
FULL = os.environ.get("SECURITY") == "full"


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether the long form of the searches was asked for."""
    return FULL
