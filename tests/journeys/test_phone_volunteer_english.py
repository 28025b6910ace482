"""The volunteer's whole evening on a phone in English, in an installation of its own."""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Browser

from bulou.config import supervisor
from tests.journeys.test_board import browser, morning, served  # noqa: F401  fixtures
from tests.journeys.test_phone_volunteer import an_evening_without_a_network, neighbourhood  # noqa: F401  fixture

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def test_the_same_evening_in_english(browser: Browser, served: supervisor.Running, neighbourhood: int) -> None:
    an_evening_without_a_network(browser, served, neighbourhood, "en")
