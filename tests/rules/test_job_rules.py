"""How fast a piece of work goes, and when it will be done."""

import pytest

from bulou.command.jobs.rules import pace


@pytest.mark.parametrize(("done", "total", "seconds", "percent", "per_minute", "left"), [
    (250, 1000, 30.0, 25, 500.0, 90.0),
    (1000, 1000, 30.0, 100, 2000.0, 0.0),
    (1200, 1000, 30.0, 100, 2400.0, 0.0),  # a file whose lines were counted too low
    (250, None, 30.0, None, 500.0, None),
    (0, 1000, 30.0, 0, None, None),
    (250, 1000, 0.0, 25, None, None),
])  # fmt: skip
def test_pace_and_what_is_left(done, total, seconds, percent, per_minute, left):
    found = pace(done, total, seconds)
    assert (found.percent, found.per_minute, found.left_s) == (percent, per_minute, left)
