"""What changes a password leaves a record, and an account stands as its record says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client, override_settings

from bulou.desk.accounts import actions
from bulou.desk.accounts.hashing import Recorded
from bulou.desk.accounts.install import install
from bulou.desk.accounts.models import Change
from bulou.desk.actions import add_user
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from tests import cast

PASSWORD = "first-long-secret"
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _rounds_of_the_product() -> Iterator[None]:
    """Hash as an installation does, not in the one round of the tests."""
    with override_settings(PASSWORD_HASHERS=["bulou.desk.accounts.hashing.Recorded"]):
        yield


def _hash_of_before(user: User, recorded: bool) -> None:
    """Give a user the hash of an older version, by the product or by somebody with the database's password."""
    user.password = PBKDF2PasswordHasher().encode(PASSWORD, "pepper-and-salt-of-old", 1000)
    user.save(update_fields=["password"])
    if recorded:
        with scoped(EVERYWHERE):
            actions.note("test", user, "password", "", NOW)


def _of_accounts() -> list[dict]:
    return [difference.key for difference in verify("owner") if difference.what == "accounts"]


def test_an_old_hash_is_made_anew_at_sign_in_and_recorded(database) -> None:
    user = add_user("old", PASSWORD, [cast.STREET])
    _hash_of_before(user, recorded=True)
    before = user.password
    assert Client().login(username="old", password="wrong") is False
    assert User.objects.get(username="old").check_password(PASSWORD)
    assert User.objects.get(username="old").password == before, "a check alone changes nothing"
    assert Client().login(username="old", password=PASSWORD)
    assert Recorded().decode(User.objects.get(username="old").password)["iterations"] == Recorded.iterations
    with scoped(EVERYWHERE):
        assert list(Change.objects.filter(user="old").order_by("id").values_list("by", "what"))[-1] == (
            "old",
            "strengthened",
        )
    assert _of_accounts() == []


def test_a_hash_that_was_slipped_in_stays_named_when_it_is_used(database) -> None:
    user = add_user("old", PASSWORD, [cast.STREET])
    _hash_of_before(user, recorded=False)
    assert _of_accounts() == [{"user": "old"}]
    assert Client().login(username="old", password=PASSWORD)
    assert _of_accounts() == [{"user": "old"}]


def test_accounts_of_before_records_are_recorded_once(database) -> None:
    add_user("old", PASSWORD, [cast.STREET])
    add_user("new", PASSWORD, [])
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE accounts_change SET stands = NULL")
    assert len(_of_accounts()) == 2
    for _again in range(2):
        install(connections["owner"])
        assert _of_accounts() == []
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE accounts_change SET stands = NULL WHERE \"user\" = 'new'")
    install(connections["owner"])
    assert _of_accounts() == [{"user": "new"}]
