"""The schematic map: the cells fill the frame, each around its own point."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.command.schematic import cells, fit, middle

POINTS = st.lists(
    st.tuples(st.integers(1, 99), st.integers(1, 59)), min_size=1, max_size=25, unique=True
)  # fmt: skip


def size(cell: list[tuple[float, float]]) -> float:
    return sum(cell[k - 1][0] * y - x * cell[k - 1][1] for k, (x, y) in enumerate(cell)) / 2


@given(POINTS)
def test_cells_share_the_frame_without_rest(points) -> None:
    drawn = cells(points, 100, 60)
    assert sum(size(cell) for cell in drawn) == pytest.approx(6000)
    for point, cell in zip(points, drawn, strict=True):
        for x, y in [*cell, middle(cell)]:
            own = (x - point[0]) ** 2 + (y - point[1]) ** 2
            assert all(own <= (x - a) ** 2 + (y - b) ** 2 + 1e-6 for a, b in points)


@given(POINTS)
def test_north_is_up_and_everything_is_inside(points) -> None:
    placed, height = fit(points)
    assert 500 <= height <= 1500
    assert all(0 < x < 1000 and 0 < y < height for x, y in placed)
    north = max(range(len(points)), key=lambda i: points[i][1])
    assert placed[north][1] == min(y for _, y in placed)


def test_one_place_fills_the_frame() -> None:
    placed, height = fit([(3, 4)])
    assert cells(placed, 1000, height) == [[(0, 0), (1000, 0), (1000, height), (0, height)]]
    assert fit([]) == ([], 500)
