"""One real PostgreSQL for the whole run, and a fresh database for each test that asks.

A run (all its xdist workers together) has one embedded cluster in memory where there is room, one
migrated template database, and for each test a clone of it: 9 ms on tmpfs, against 15 ms and more
for truncating every table, and a clone may also be altered at will.

    database      str: URL of a fresh clone as the application role; Django is bound to it
    db            the same, for tests that only want Django to work
    owner_url     str: the same clone as its owner
    clone         `with clone() as urls:` for tests that need several databases in turn
    settled       a fresh clone in which the cast's street lives, its round is open and its users may sign in
    settled_clone `with settled_clone() as urls:` the same for a module, or for several in turn
    cluster       the running Cluster
    installed     `installed(folder)` makes a data folder of its own, for tests that start the whole server
    client        a Django test client
    queries       `with queries(3):` fails unless the block runs three statements by default
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.utils import translation
from psycopg import Connection, sql

from bulou.config import connections as config_connections
from bulou.config import database as config_database
from bulou.config.connections import Urls
from bulou.config.postgres import APPLICATION, OWNER, Cluster

# The developer's own installation must never be met by a test.
KEPT = ("BULOU_TEST_RUN", "BULOU_SCREENSHOTS")
for name in [name for name in os.environ if name.startswith("BULOU_") and name not in KEPT]:
    del os.environ[name]
os.environ["BULOU_DATA"] = "/nonexistent"
os.environ["DJANGO_SETTINGS_MODULE"] = "bulou.config.settings"

config_database.setup()
# What a password's hash costs is to hold up guessers, not tests: the same method in one round. Servers that a test
# starts read such a hash as any other, because it names its rounds.
settings.PASSWORD_HASHERS = ["tests.hashing.OneRound"]

NOWHERE = "postgresql:///none?host=/nonexistent"
PREFIX = "bulou-tests-"
TEMPLATE, SETTLED, TWO_STREETS = "bulou_template", "bulou_settled", "bulou_two_streets"
ROOM = 2**30  # bytes of memory below which the cluster goes to disk


# Even when a plugin read the settings before the lines above.
config_connections.bind(Urls(NOWHERE, NOWHERE))


# -- one folder for the run, removed at its end --------------------------------------------------


def _parent() -> Path:
    memory = Path("/dev/shm")
    try:
        if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
            return memory
    except OSError:
        pass
    return Path(tempfile.gettempdir())


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        for folder in _parent().glob(f"{PREFIX}*"):
            pid = folder.name.removeprefix(PREFIX)
            mine = folder.stat().st_uid == os.geteuid()
            if mine and pid.isdigit() and not psutil.pid_exists(int(pid)):
                _remove(folder)  # left by a run that was killed
        os.environ["BULOU_TEST_RUN"] = str(_parent() / f"{PREFIX}{os.getpid()}")
        # The planner is compiled once for the run, and not by each server that a test starts.
        os.environ["NUMBA_CACHE_DIR"] = str(_parent() / f"{PREFIX}{os.getpid()}" / "compiled")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _remove(Path(os.environ.pop("BULOU_TEST_RUN")))


def _remove(folder: Path) -> None:
    if folder.exists():
        Cluster(folder).stop()
        shutil.rmtree(folder)


# -- long forms ----------------------------------------------------------------------------------

#: `TESTS=full` runs also what is marked `long`, and each journey in each language, width and look.
FULL = os.environ.get("TESTS") == "full"
#: What a journey's forms differ in while they walk the same way.
LOOKS = {"lang", "language", "width", "look", "looking"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long forms out, unless all are wanted or they are asked for by name."""
    if FULL or any("::" in name for name in config.args):
        return
    first: dict[tuple[object, ...], tuple[int, ...]] = {}
    ways = {item: way for item in items if (way := _way(item))}
    for way, turn in ways.values():
        first[way] = min(first.get(way, turn), turn)
    left = [
        item for item in items
        if item.get_closest_marker("long") or (item in ways and ways[item][1] != first[ways[item][0]])
    ]  # fmt: skip
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


def _way(item: pytest.Item) -> tuple[tuple[object, ...], tuple[int, ...]] | None:
    """Return which way a journey walks, and the how-manieth of its forms it is; None for other tests."""
    call = getattr(item, "callspec", None)
    if call is None or "journeys" not in item.path.parts or not LOOKS & set(call.params):
        return None
    others = tuple((name, str(value)) for name, value in sorted(call.params.items()) if name not in LOOKS)
    turn = tuple(call.indices[name] for name in sorted(call.indices))
    return (item.path, getattr(item, "originalname", item.name), *others), turn


# -- databases -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The run's running cluster; the first worker to ask starts it."""
    cluster = Cluster(os.environ["BULOU_TEST_RUN"], durable=False)
    cluster.start()
    return cluster


@pytest.fixture(scope="session")
def templates(cluster: Cluster) -> Callable[[str, Callable[[], None], str | None], str]:
    """Makes a template database once for the run: `templates(name, fill, source)` fills a copy of another one."""

    def make(name: str, fill: Callable[[], None], source: str | None = None) -> str:
        with cluster.folder.locked(name):
            with cluster.connect() as connection:
                ready = connection.execute(
                    "SELECT datistemplate FROM pg_database WHERE datname = %s", (name,)
                ).fetchone()
                if ready and ready[0]:
                    return name
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
                if source:
                    _copy(connection, source, name)
            if not source:
                config_database.create(cluster, name)
            with _bound(_urls(cluster, name)):
                fill()
            with cluster.connect() as connection:
                connection.execute(
                    sql.SQL("ALTER DATABASE {} IS_TEMPLATE true ALLOW_CONNECTIONS false").format(sql.Identifier(name))
                )
        return name

    return make


@pytest.fixture(scope="session")
def template(cluster: Cluster, templates) -> str:
    """Name of the migrated template database."""
    return templates(TEMPLATE, lambda: config_database.migrate(_urls(cluster, TEMPLATE)))


@pytest.fixture(scope="session")
def settled_template(template: str, templates) -> str:
    """Name of the template database in which the cast's street lives."""
    from tests import desk_street

    return templates(SETTLED, desk_street.settle, template)


@pytest.fixture(scope="session")
def clone(cluster: Cluster, template: str) -> Callable[..., AbstractContextManager[Urls]]:
    """Makes a fresh database, binds Django and the environment to it, drops it afterwards."""
    numbers = count(1)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw")

    @contextmanager
    def make(source: str = template) -> Iterator[Urls]:
        name = f"bulou_{worker}_{next(numbers)}"
        with cluster.connect() as connection:
            _copy(connection, source, name)
        try:
            with _bound(_urls(cluster, name)) as urls:
                yield urls
        finally:
            with cluster.connect() as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    return make


@pytest.fixture(scope="session")
def settled_clone(clone, settled_template: str) -> Callable[[], AbstractContextManager[Urls]]:
    """Makes a fresh database in which the cast's street lives."""
    return lambda: clone(settled_template)


@pytest.fixture(scope="session")
def two_streets_clone(clone, settled_template: str, templates) -> Callable[[], AbstractContextManager[Urls]]:
    """Makes a fresh database in which two streets have rows in every table that belongs to an area."""
    from tests.security import two_streets

    return lambda: clone(templates(TWO_STREETS, two_streets.move_in, settled_template))


@pytest.fixture
def _cloned(request: pytest.FixtureRequest, clone, template: str) -> Iterator[Urls]:
    """The test's own database: one, whichever of the fixtures below it asks for."""
    settled = "settled" in request.fixturenames
    with clone(request.getfixturevalue("settled_template") if settled else template) as urls:
        yield urls


@pytest.fixture
def settled(_cloned: Urls) -> Urls:
    """The cast's street lives in the fresh database; Django's connections lead to it."""
    return _cloned


@pytest.fixture
def database(_cloned: Urls) -> str:
    """URL of a fresh database as the application role; Django's connections lead to it."""
    return _cloned.application


@pytest.fixture
def owner_url(_cloned: Urls) -> str:
    """URL of the same database as its owner."""
    return _cloned.owner or ""


@pytest.fixture
def db(database: str) -> None:
    """Django works, on a fresh database."""


@pytest.fixture(scope="session")
def installed(cluster: Cluster) -> Callable[[Path], Path]:
    """Makes a data folder whose database is made and migrated: a copy of one that is made once for the run."""
    made = Path(os.environ["BULOU_TEST_RUN"]) / "installed"

    def install(folder: Path) -> Path:
        with cluster.folder.locked("installed"):
            if not made.exists():
                making = made.with_name("installing")
                # In a process of its own: this one may have a browser's event loop, in which Django does not work.
                command = [sys.executable, "-m", "bulou.config.command", "migrate", "--data", making]
                bare = {name: value for name, value in os.environ.items() if not name.startswith("BULOU_")}
                subprocess.run(command, env=bare, check=True, capture_output=True)
                making.rename(made)
        subprocess.run(["cp", "-a", made, folder], check=True)  # with the owners of its files
        return folder

    return install


def _urls(cluster: Cluster, name: str) -> Urls:
    return Urls(cluster.url(APPLICATION, name), cluster.url(OWNER, name))


def _copy(connection: Connection, source: str, name: str) -> None:
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(source)
        )
    )


#: The databases that Django was bound to, the present one last.
_BOUND: list[Urls] = []


@contextmanager
def _bound(urls: Urls) -> Iterator[Urls]:
    """Bind Django for a while; a module's database goes on after a test with one of its own."""
    _BOUND.append(urls)
    try:
        _bind(urls)
        yield urls
    finally:
        _BOUND.remove(urls)
        _bind(_BOUND[-1] if _BOUND else None)


def _bind(urls: Urls | None) -> None:
    """Lead Django's connections, and the processes that a test starts, to a database or to none."""
    for name, url in (("BULOU_DATABASE_URL", urls and urls.application), ("BULOU_OWNER_URL", urls and urls.owner)):
        os.environ.pop(name, None)
        if url:
            os.environ[name] = url
    config_connections.bind(urls or Urls(NOWHERE, NOWHERE))


# -- Django's own helpers ------------------------------------------------------------------------


def pytest_runtest_teardown() -> None:
    """The language of a test's last request stays with its thread, and is not the next test's."""
    translation.deactivate()


@pytest.fixture
def client(db: None):
    """A browser without a session."""
    from django.test import Client

    return Client()


@pytest.fixture
def queries(db: None) -> Callable[[int], AbstractContextManager]:
    """`with queries(n):` the block runs exactly n statements on the default connection."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def exactly(number: int) -> Iterator[CaptureQueriesContext]:
        with CaptureQueriesContext(connection) as captured:
            yield captured
        ran = "\n".join(query["sql"] for query in captured.captured_queries)
        assert len(captured) == number, f"{len(captured)} statements instead of {number}:\n{ran}"

    return exactly
