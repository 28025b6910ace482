"""Profiles of the law tests, and one database a module that every example leaves as it found it.

``LAWS=thorough`` tries sixty times as many examples as the everyday run.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

THOROUGH = os.environ.get("LAWS") == "thorough"
settings.register_profile(
    "laws",
    max_examples=3000 if THOROUGH else 50,
    derandomize=not THOROUGH,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
settings.load_profile("laws")


@pytest.fixture(scope="module")
def ledger(clone) -> Iterator[object]:
    """A database in which the cast's journals are enrolled."""
    from tests import shelf

    with clone() as urls:
        shelf.enrol()
        yield urls
