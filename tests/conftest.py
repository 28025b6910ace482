"""One real PostgreSQL for the whole run, and a fresh database for each test that asks.

A run (all its xdist workers together) has one embedded cluster in memory where there is room, one
migrated template database, and for each test a clone of it: 9 ms on tmpfs, against 15 ms and more
for truncating every table, and a clone may also be altered at will.

    database      str: URL of a fresh clone as the application role; Django is bound to it
    db            the same, for tests that only want Django to work
    owner_url     str: the same clone as its owner
    clone         `with clone() as urls:` for tests that need several databases in turn
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
from django.utils import translation
from psycopg import sql

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

NOWHERE = "postgresql:///none?host=/nonexistent"
PREFIX = "bulou-tests-"
TEMPLATE = "bulou_template"
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


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _remove(Path(os.environ.pop("BULOU_TEST_RUN")))


def _remove(folder: Path) -> None:
    if folder.exists():
        Cluster(folder).stop()
        shutil.rmtree(folder)


# -- databases -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The run's running cluster; the first worker to ask starts it."""
    cluster = Cluster(os.environ["BULOU_TEST_RUN"], durable=False)
    cluster.start()
    return cluster


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """Name of the migrated template database."""
    with cluster.folder.locked("template"):
        with cluster.connect() as connection:
            ready = connection.execute(
                "SELECT datistemplate FROM pg_database WHERE datname = %s", (TEMPLATE,)
            ).fetchone()
            if ready and ready[0]:
                return TEMPLATE
            connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
        config_database.create(cluster, TEMPLATE)
        urls = _urls(cluster, TEMPLATE)
        config_connections.bind(urls)
        config_database.migrate(urls)
        _bind(None)
        with cluster.connect() as connection:
            connection.execute(f"ALTER DATABASE {TEMPLATE} IS_TEMPLATE true ALLOW_CONNECTIONS false")
    return TEMPLATE


@pytest.fixture(scope="session")
def clone(cluster: Cluster, template: str) -> Callable[[], AbstractContextManager[Urls]]:
    """Makes a fresh database, binds Django and the environment to it, drops it afterwards."""
    numbers, bound = count(1), []
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw")

    @contextmanager
    def make() -> Iterator[Urls]:
        name = f"bulou_{worker}_{next(numbers)}"
        with cluster.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        urls = _urls(cluster, name)
        bound.append(urls)
        try:
            _bind(urls)
            yield urls
        finally:
            bound.remove(urls)
            _bind(bound[-1] if bound else None)  # a module's database goes on after a test with one of its own
            with cluster.connect() as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    return make


@pytest.fixture
def _cloned(clone) -> Iterator[Urls]:
    with clone() as urls:
        yield urls


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
