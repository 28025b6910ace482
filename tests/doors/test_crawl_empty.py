"""The links of the desk, opened by every role on the first morning: accounts, and an area tree of one district."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests import crawler, desk_day


@pytest.fixture(scope="module")
def empty(clone) -> Iterator[crawler.Known]:
    with clone(), override_settings(**desk_day.QUICK):
        desk_day.users()
        yield desk_day.known()


@pytest.mark.parametrize("user", desk_day.READERS)
def test_every_link_of_an_empty_installation_leads_on(user: str, empty: crawler.Known, caplog) -> None:
    caplog.set_level("ERROR", "bulou.requests")
    reader = desk_day.reader(user, empty)
    reader.crawl(*desk_day.STARTS)
    assert not reader.faults, reader.wrong
