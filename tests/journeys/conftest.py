"""How patient the journeys are: an open board asks every five seconds, and one that took a busy machine long to read,
with the plans of a new connection in it, stands for up to half a minute (``live.DEAR``).

A journey that missed a deadline runs once more, and the run's last line counts it: a processor that somebody else
takes for a minute is no fault of the product, and a fault of the product fails twice.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=60_000)

ONCE_MORE = pytest.mark.flaky(reruns=1, only_rerun=["Locator expected", "TimeoutError", "Timeout .*exceeded"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("TESTS") == "full":  # by night a deadline that was missed is looked at
        return
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(ONCE_MORE)
