"""One database with a small town and an open round, and a door on it, for the tests of a file."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bulou.config.connections import Urls
from tests import desk_round
from tests.faults import checks, doors


@pytest.fixture(scope="module")
def town(clone) -> Iterator[tuple[Urls, desk_round.Morning]]:
    """A database of the test cluster with 400 people in a round that is open."""
    with clone() as urls:
        yield urls, desk_round.begin(400, datetime.now(UTC))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The data folder of the file's door."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def door(town, folder: Path) -> Iterator[doors.Door]:
    """A door process on the town's database."""
    with doors.started(town[0], folder) as door:
        yield door


@pytest.fixture
def dice() -> random.Random:
    """Seeded chance; a failing test shows its seed. FAULTS_SEED repeats it."""
    print(f"FAULTS_SEED={checks.SEED}")
    return random.Random(checks.SEED)
