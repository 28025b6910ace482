"""Brings the database of a data folder to this version of the code: started, migrated, granted."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

import bulou
from bulou.config import alone, connections, server
from bulou.config.connections import Urls
from bulou.config.data_folder import Folder
from bulou.config.environment import read
from bulou.config.postgres import DATABASE, Cluster
from bulou.config.told import Told

# Any number, but the same in every process: two starts at once migrate one after the other.
MIGRATING = 0x62756C6F75


class NotReady(Told):
    """The database cannot be brought up, or the service cannot be; the sentence says what to do."""


def prepare(data: str | os.PathLike[str] | None = None) -> Urls:
    """Make the database ready and bind Django to it.

    Starts or joins the embedded cluster of folder `data` unless BULOU_DATABASE_URL names a server.
    Does nothing but one query when the database already has this version of the code.

    A cluster started here stays running; `using` also stops it.
    """
    given = connections.urls(data)
    if not read("BULOU_DATABASE_URL"):
        os.environ["BULOU_DATA"] = str(data or read("BULOU_DATA"))
        cluster = Cluster(os.environ["BULOU_DATA"])
        cluster.start()
        create(cluster)
    else:
        server.check(given)
    bind(given)
    migrate(given, Folder(data or read("BULOU_DATA")))
    return given


@contextmanager
def using(data: str | os.PathLike[str] | None = None) -> Iterator[Urls]:
    """`prepare` for a while: the last process to leave the folder stops its cluster."""
    if read("BULOU_DATABASE_URL"):
        yield prepare(data)
        return
    with Cluster(data or read("BULOU_DATA")).running() as cluster:
        try:
            yield prepare(cluster.folder.path)
        finally:
            _close()


def _close() -> None:
    from django.conf import settings
    from django.db import connections as django_connections

    if settings.configured:  # a start that failed came before
        django_connections.close_all()


def bind(given: Urls) -> None:
    """Load Django and lead it to the database `given`.

    The environment stays as it was: a later call with another folder must not find this one.
    """
    setup()
    connections.bind(given)


def setup() -> None:
    """Load Django and the rooms. Harmless when it was done before."""
    import django

    from bulou.programmes.loading import Wrong

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulou.config.settings")
    try:
        django.setup()
    except Wrong as error:
        first = error.problems[0]
        raise NotReady(
            f"任务配置 {error.file} 第 {first.line} 行有误，请运行 `bulou programme check` 查看。",
            f"{error}; `bulou programme check` names each line.",
        ) from None


def create(cluster: Cluster, database: str = DATABASE) -> None:
    """Create `database` in the embedded cluster if it is not there."""
    with cluster.connect() as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        if known.fetchone():
            return
        # Both mean that another process was faster.
        with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))


def migrate(given: Urls, folder: Folder | None = None) -> bool:
    """Run migrations, grants and the ledger's own installation. Returns whether it had to.

    Raises NotReady when the database is behind and the owner's URL is not known, or when another process serves
    `folder` with another version of the code: tables are not changed under it.
    """
    if installed_digest(given.application) == code_digest():
        return False
    if given.owner is None:
        raise NotReady(
            "数据库不是当前版本：请设置 BULOU_OWNER_URL 并运行 `bulou migrate`。",
            "the database is not at this version: set BULOU_OWNER_URL and run `bulou migrate`.",
        )
    with psycopg.connect(given.owner, autocommit=True) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", (MIGRATING,))
        if installed_digest(given.application) == code_digest():
            return True  # another process did it while this one waited
        if folder is not None and (holder := alone.other(folder)) is not None:
            zh, en = alone.described(holder)
            raise NotReady(
                f"{zh}正在使用另一版本的数据库：请先结束它，再升级。",
                f"{en} works on the database with another version: end it first, then upgrade.",
            )
        _migrate(given, guard)
    return True


def _migrate(given: Urls, guard: psycopg.Connection) -> None:
    from django.core.management import call_command
    from django.db import connections as django_connections
    from django.db import transaction

    from bulou.config.settings import ROOMS

    role = conninfo_to_dict(given.application)["user"]
    default_grants(guard, role)
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    with transaction.atomic(using="owner"):
        owner = django_connections["owner"]
        grant(owner, role)
        for room in ROOMS:  # in the order of ROOMS: the ledger's ground first
            name = f"bulou.{room}.install"
            if find_spec(name):
                import_module(name).install(owner, role)
        with owner.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS config_version (digest text NOT NULL)")
            cursor.execute("DELETE FROM config_version")
            cursor.execute("INSERT INTO config_version VALUES (%s)", [code_digest()])
            cursor.execute(
                sql.SQL("REVOKE INSERT, UPDATE, DELETE ON config_version FROM {}").format(sql.Identifier(role))
            )
    django_connections["owner"].close()


def default_grants(connection: psycopg.Connection, role: str) -> None:
    """What the owner makes later, the application role may use; the policies decide on rows."""
    for what, on in _GRANTS:
        connection.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {} ON {} TO {}").format(
                sql.SQL(what), sql.SQL(on), sql.Identifier(role)
            )
        )


def grant(connection, role: str) -> None:
    """The same for what is there already (runs before install, which may take rights away)."""
    with connection.cursor() as cursor:
        for what, on in _GRANTS:
            cursor.execute(
                sql.SQL("GRANT {} ON ALL {} IN SCHEMA public TO {}").format(
                    sql.SQL(what), sql.SQL(on), sql.Identifier(role)
                )
            )
        cursor.execute(
            sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(sql.Identifier(role))
        )


_GRANTS = (
    ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
    ("USAGE, SELECT, UPDATE", "SEQUENCES"),
    ("EXECUTE", "FUNCTIONS"),
)


def installed_digest(url: str) -> str | None:
    """The code version that the database was last migrated to, or None for an empty one."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        try:
            row = connection.execute("SELECT digest FROM config_version").fetchone()
        except psycopg.errors.UndefinedTable:
            return None
        return row[0] if row else None


@cache
def code_digest() -> str:
    """A digest of all code and SQL of this package, and of the kinds of duty that the data folder declares.

    Wider than the migrations on purpose: install writes lookup tables from vocabulary modules,
    and running it once too often costs a second, once too seldom a wrong ledger.
    """
    root = Path(bulou.__file__).parent
    digest = hashlib.sha256()
    for file in sorted([*root.rglob("*.py"), *root.rglob("*.sql")]):
        digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    for file in sorted((Path(read("BULOU_DATA")) / "programmes").glob("*.toml")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
