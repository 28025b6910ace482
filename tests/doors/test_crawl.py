"""Every link of the desk, opened by every role, in both languages, on a day when everything happens and on an empty
installation: words alone, in one language, and nothing that leads to a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings

from bulou.desk.abilities import ROLES
from tests import crawler, desk_day

READERS = [*ROLES, "nobody"]
#: Nobody signs in here with a password.
QUICK = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
STARTS = ("/", "/now", "/settings")


def reader(user: str, known: crawler.Known) -> crawler.Reader:
    browser = Client(raise_request_exception=False)
    browser.force_login(User.objects.get(username=desk_day.user_of(user) if user in ROLES else user))
    held = ROLES[user].abilities if user in ROLES else frozenset()
    return crawler.Reader(user, held, browser, known)


@pytest.fixture(scope="module")
def day(clone, tmp_path_factory) -> Iterator[crawler.Known]:
    folder = tmp_path_factory.mktemp("day")
    with clone(), pytest.MonkeyPatch.context() as patch, override_settings(**QUICK):
        patch.setenv("BULOU_DATA", str(folder))
        desk_day.settle(folder)
        yield desk_day.known()


@pytest.fixture(scope="module")
def empty(clone) -> Iterator[crawler.Known]:
    """An installation on its first morning: accounts, and an area tree of one district."""
    with clone(), override_settings(**QUICK):
        desk_day.users()
        yield desk_day.known()


@pytest.mark.parametrize("user", READERS)
def test_every_link_of_a_full_day_is_in_words(user: str, day: crawler.Known) -> None:
    one = reader(user, day)
    one.crawl(*STARTS)
    assert not one.faults, one.wrong


@pytest.mark.parametrize("user", READERS)
def test_every_link_of_an_empty_installation_leads_on(user: str, empty: crawler.Known) -> None:
    one = reader(user, empty)
    one.crawl(*STARTS)
    assert not one.faults, one.wrong
