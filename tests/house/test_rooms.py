"""Rooms are found where they lie: adding one changes one line elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bulou.config import rooms, settings
from bulou.ui.room import ROOMS
from tests.house.tree import SOURCE, files, name_of


def test_a_room_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Its application, the small rooms within it and their words; in the order of the floors."""
    for name in ("ledger", "shelter", "shelter/beds", "command"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "apps.py").touch()
    (tmp_path / "shelter" / "beds" / "locale").mkdir()
    monkeypatch.setattr(rooms, "PACKAGE", tmp_path)
    monkeypatch.setattr(rooms, "FLOORS", ("ledger", "shelter", "command"))
    assert rooms.applications() == ("ledger", "shelter", "shelter.beds", "command")
    assert rooms.catalogued() == [tmp_path / "shelter" / "beds"]


def test_all_of_them_are_loaded_and_no_other():
    lying = {".".join(path.parent.relative_to(SOURCE).parts) for path in SOURCE.rglob("apps.py")}
    assert set(settings.ROOMS) == lying and len(settings.ROOMS) == len(lying)
    assert set(ROOMS) <= {*rooms.ROOMS, *rooms.FLOORS}


def test_a_declared_kind_is_named_in_its_own_room_alone():
    """What a room declares as work is looped over by everybody else. The transfer is still named where it is shown; a
    request is also what a browser sends.
    """
    declared = {work.name: room.name for room in ROOMS.values() for work in room.works}
    declared = {name: room for name, room in declared.items() if name not in ("disposition", "request")}
    named = re.compile(rf"[\"']({'|'.join(map(re.escape, declared))})[\"']")
    outside = []
    for path in files(".py", ".sql", ".html", under=("src",)):
        room = path.relative_to(SOURCE).parts[0]
        for found in named.findall(path.read_text("utf-8")):
            if declared[found] != room:
                outside.append(f"{name_of(path)}: {found}")
    assert len(declared) >= 3
    assert outside == [], "\n".join(outside)
