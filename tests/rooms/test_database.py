"""Preparing a database, and what an application session sees of it."""

from datetime import UTC, datetime

import psycopg
import pytest

from bulou.config import database as config_database
from bulou.config.connections import Urls
from bulou.config.postgres import APPLICATION, OWNER

pytestmark = pytest.mark.usefixtures("db")


def test_django_logs_in_as_the_application_and_the_owner():
    from django.db import connections

    who = {}
    for alias in ("default", "owner"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_user, current_database()")
            who[alias] = cursor.fetchone()
    assert who["default"][0] == APPLICATION
    assert who["owner"][0] == OWNER
    assert who["default"][1] == who["owner"][1]


def test_a_prepared_database_has_nothing_left_to_do(database: str, owner_url: str):
    assert config_database.migrate(Urls(database, owner_url)) is False
    assert config_database.migrate(Urls(database, None)) is False


def test_a_database_behind_the_code_needs_its_owner(database: str, owner_url: str):
    with psycopg.connect(owner_url) as connection:
        connection.execute("UPDATE config_version SET digest = 'older'")
    with pytest.raises(config_database.NotReady, match="BULOU_OWNER_URL"):
        config_database.migrate(Urls(database, None))
    before = policies(owner_url)
    assert config_database.migrate(Urls(database, owner_url)) is True
    assert policies(owner_url) == before
    assert config_database.migrate(Urls(database, owner_url)) is False


def policies(owner_url: str) -> list[tuple]:
    with psycopg.connect(owner_url) as connection:
        return connection.execute("SELECT * FROM pg_policies ORDER BY tablename, policyname").fetchall()


def test_the_application_may_not_touch_the_version(database: str):
    for statement in ("DELETE FROM config_version", "DELETE FROM django_migrations"):
        with (
            psycopg.connect(database) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)


DUTY = """
INSERT INTO ledger_counter (campaign, kind, area, frozen, added, open, done, excused, deferred,
    refused, stages)
VALUES (1, 1, %s, 1, 0, 1, 0, 0, 0, 0, '{1}')
"""


def test_without_a_scope_nothing_is_visible_and_with_one_only_its_areas(owner_url: str):
    from django.db import connection

    from bulou.ledger.areas import area_id, span
    from bulou.ledger.scope import EVERYWHERE, scoped

    here, there = area_id(1, 1), area_id(1, 2)
    with psycopg.connect(owner_url) as owner:
        owner.execute(DUTY, [here])
        owner.execute(DUTY, [there])

    def seen() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT area FROM ledger_counter ORDER BY area")
            return [area for (area,) in cursor.fetchall()]

    assert seen() == []
    with scoped((span(here),)):
        assert seen() == [here]
    with scoped(EVERYWHERE):
        assert seen() == [here, there]
    assert seen() == []


def test_an_application_session_cannot_write_outside_its_scope(database: str):
    from django.db import ProgrammingError, connection

    from bulou.ledger.areas import area_id, span
    from bulou.ledger.scope import scoped

    with scoped((span(area_id(1, 1)),)), connection.cursor() as cursor:
        cursor.execute(DUTY, [area_id(1, 1)])
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        scoped((span(area_id(1, 1)),)),
        connection.cursor() as cursor,
    ):
        cursor.execute(DUTY, [area_id(1, 2)])


def test_clones_are_independent(clone):
    from django.contrib.auth.models import User

    with clone() as first:
        User.objects.create(username="张三", date_joined=datetime(2022, 4, 3, tzinfo=UTC))
    with clone() as second:
        assert first.application != second.application
        assert not User.objects.exists()


def test_after_a_large_opening_the_server_writes_out_what_it_changed(owner_url: str):
    from bulou.ledger import campaigns

    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(DUTY, [1])
        written = owner.execute("SELECT pg_current_wal_insert_lsn()").fetchone()[0]
        campaigns.write_out(campaigns.MANY)
        behind = "SELECT %s::pg_lsn - redo_lsn FROM pg_control_checkpoint()"
        assert owner.execute(behind, [written]).fetchone()[0] <= 0


def test_a_server_that_allows_no_checkpoint_is_left_alone():
    """Through a role of this test alone: what the application's may do is shared by all tests of a run."""
    from django.db import connections

    from bulou.ledger import campaigns

    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE ROLE bulou_powerless NOLOGIN")
        try:
            cursor.execute("SET ROLE bulou_powerless")
            campaigns.write_out(campaigns.MANY, using="owner")
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP ROLE bulou_powerless")
