"""What a database server that is not our own must be: asked once at the start of each command."""

from __future__ import annotations

import psycopg

from bulou.config.connections import Urls
from bulou.config.told import Told

OLDEST = 17
_ROLE = "SELECT rolsuper, rolbypassrls, rolname FROM pg_roles WHERE rolname = current_user"
_OWNS = """
SELECT EXISTS (
    SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND pg_has_role(current_user, c.relowner, 'MEMBER')
)
"""
#: The same cluster's number, and the same database in it. The number is for whoever may ask.
_WHERE = "SELECT (SELECT system_identifier FROM pg_control_system()), current_database()"


def check(given: Urls) -> None:
    """See that row level security binds the application's role, and that both URLs lead to one database.

    Raises:
        Told: what is wrong with the server or with a role.
        psycopg.Error: the server cannot be reached.
    """
    with psycopg.connect(given.application, autocommit=True, connect_timeout=10) as connection:
        _version(connection)
        _bound(connection)
        where = connection.execute(_WHERE).fetchone()
    if given.owner is None:
        return
    with psycopg.connect(given.owner, autocommit=True, connect_timeout=10) as connection:
        if connection.execute(_WHERE).fetchone() != where:
            raise Told(
                "BULOU_DATABASE_URL 与 BULOU_OWNER_URL 指向不同的数据库：请改为同一个。",
                "BULOU_DATABASE_URL and BULOU_OWNER_URL lead to different databases: name the same one in both.",
            )


def _version(connection: psycopg.Connection) -> None:
    found = connection.info.server_version // 10_000
    if found < OLDEST:
        raise Told(
            f"数据库服务器是 PostgreSQL {found}：需要 {OLDEST} 或更新的版本。",
            f"the database server is PostgreSQL {found}: {OLDEST} or a newer one is needed.",
        )
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise Told(
            "数据库的编码不是 UTF8：请用 UTF8 编码新建数据库。",
            "the database is not encoded in UTF8: make a new one that is.",
        )


def _bound(connection: psycopg.Connection) -> None:
    """See that the role is one that row level security binds: an owner's or superuser's session sees every street."""
    row = connection.execute(_ROLE).fetchone()
    owns = connection.execute(_OWNS).fetchone()
    assert row is not None and owns is not None
    superuser, bypasses, name = row
    if not (superuser or bypasses or owns[0]):
        return
    what = (
        ("超级用户", "a superuser")
        if superuser
        else ("不受行级权限约束的角色", "not bound by row level security")
        if bypasses
        else ("数据表的属主", "the owner of the tables")
    )
    raise Told(
        f"BULOU_DATABASE_URL 的角色 {name} 是{what[0]}，行级权限对它无效：请改用应用角色。",
        f"the role {name} of BULOU_DATABASE_URL is {what[1]}, so that no area is kept from anybody: give the"
        " application's role.",
    )
