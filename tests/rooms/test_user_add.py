"""`bulou user add`: roles, areas and how long, for areas that the tree has."""

from __future__ import annotations

import argparse
import io
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from bulou.config.commands import user_add
from bulou.config.told import Told
from bulou.desk.accounts import reads
from bulou.desk.actions import add_user
from tests import cast
from tests import desk_street as street
from tests.rooms.test_accounts import load_areas

PASSWORD = "first-long-secret"


@pytest.fixture(autouse=True)
def tree(database: str) -> None:
    """The areas that roles are given for here."""
    load_areas([{"id": id_, "name": zh, "name_en": en} for id_, zh, en in street.NAMES])


def test_the_command_line_takes_roles(db: None) -> None:
    parser = argparse.ArgumentParser()
    user_add.arguments(parser)
    told = parser.parse_args(["wang", "--area", "104.7", "--role", "auditor", "--role", "planner", "--days", "9"])
    assert (told.area, told.role, told.days) == ([cast.STREET], ["auditor", "planner"], 9)
    user = add_user("wang", PASSWORD, told.area, told.role, timedelta(days=told.days))
    assert {held.role for held in reads.who(user.pk, datetime.now(UTC)).grants} == {"auditor", "planner"}
    assert not reads.who(user.pk, datetime.now(UTC) + timedelta(days=10)).grants
    assert parser.parse_args(["wang", "--area", "0"]).role == []
    for roles, areas in ((["mayor"], [0]), (["street"], [])):
        with pytest.raises(ValueError):
            add_user("li", PASSWORD, areas, roles)
    assert not User.objects.filter(username="li").exists()


@pytest.mark.parametrize(("area", "known"), [("9.9", False), ("104.9", False), ("104.7", True), ("0", True)])
def test_the_command_line_knows_the_tree(area: str, known: bool, db: None, monkeypatch) -> None:
    parser = argparse.ArgumentParser()
    user_add.arguments(parser)
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    monkeypatch.setattr(user_add.database, "using", lambda _data: nullcontext())
    told = parser.parse_args(["ghost", "--area", area, "--password-stdin"])
    told.data = None
    with nullcontext() if known else pytest.raises(Told, match=f"no such area in the tree: {area}"):
        assert user_add.run(told) == 0
    assert User.objects.filter(username="ghost").exists() is known
