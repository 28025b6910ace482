"""One database and one door process for the tests of a file; each test has devices and a campaign of its own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest

from bulou.config.connections import Urls
from tests.doors.field_door import Device, Door, enrolled, running


@pytest.fixture(scope="module")
def shared(clone) -> Iterator[Urls]:
    """A database for the whole file."""
    with clone() as urls:
        yield urls


@pytest.fixture(scope="module")
def start_door(tmp_path_factory) -> Callable[..., AbstractContextManager[Door]]:
    """Starts a door process on a database."""
    return lambda urls, **environment: running(urls, str(tmp_path_factory.mktemp("data")), **environment)


@pytest.fixture(scope="module")
def door(shared: Urls, start_door) -> Iterator[Door]:
    """The door of this file."""
    with start_door(shared) as door:
        yield door


@pytest.fixture(scope="module")
def second_door(shared: Urls, start_door) -> Iterator[Door]:
    """Another process on the same database."""
    with start_door(shared) as door:
        yield door


@pytest.fixture
def enrol(door: Door) -> Callable[..., Device]:
    """Enrols a device of a kind."""
    return partial(enrolled, door)


@pytest.fixture
def phone(enrol: Callable[..., Device]) -> Device:
    """A volunteer's phone."""
    return enrol("phone")


@pytest.fixture
def laboratory(enrol: Callable[..., Device]) -> Device:
    """A laboratory's computer."""
    return enrol("laboratory")
