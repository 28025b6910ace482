"""The sampler's whole day on a phone in English, in an installation of its own."""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Browser

from bulou.config import supervisor
from tests import desk_round
from tests.journeys.test_board import browser, morning, served  # noqa: F401  fixtures
from tests.journeys.test_phone_sampler import a_day_without_a_network

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def test_the_same_day_in_english(browser: Browser, served: supervisor.Running, morning: desk_round.Morning) -> None:
    a_day_without_a_network(browser, served, morning, "en")
