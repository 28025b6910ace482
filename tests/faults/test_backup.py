"""`bulou backup` while phones report, `bulou restore` into a new folder, and the phones send again what it lacks."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bulou.config import backup, supervisor
from bulou.config.connections import Urls
from bulou.config.database import NotReady
from bulou.field.devices.health import health
from bulou.ledger import journals
from bulou.places.identity import FILE, Keyring
from tests import desk_round
from tests.faults import checks
from tests.faults.load import PATIENCE, Load

MADE = datetime(2022, 4, 4, 21, tzinfo=UTC)


def bulou(*arguments: object) -> subprocess.CompletedProcess:
    """Run the command as a person would, with nothing set."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("BULOU_", "PYTEST"))}
    command = [sys.executable, "-m", "bulou.config.command", *map(str, arguments)]
    return subprocess.run(command, env=bare, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_nothing_acknowledged_is_lost_when_a_backup_is_restored(tmp_path: Path, dice: random.Random) -> None:
    data, new, seals = tmp_path / "data", tmp_path / "new", tmp_path / "seals.jsonl"
    with supervisor.running(data) as server:
        Keyring.open(data)
        (data / "photos").mkdir()
        (data / "photos" / "ab12").write_bytes(b"a door")
        morning = desk_round.begin(200, datetime.now(UTC))
        load = Load([server.url], checks.phones(morning, 4, dice.randrange(1000)))
        with load.running():
            load.more(60)
            done = bulou("seal", "--now", "--data", data, "--out", seals)
            assert done.returncode == 0 and seals.read_text("utf-8"), done
            done = bulou("backup", "--data", data)  # while they report
            assert done.returncode == 0, done.stderr
            load.more(120)
        made = Path(done.stdout.strip())
        acknowledged, before = checks.whole(server.urls, load), journals.incarnation()
        assert health_of(data) == datetime.fromtimestamp(made.stat().st_mtime, UTC)
    assert made.parent == data / "backups" and [left.name for left in data.glob("backups.making*")] == []
    held = {file.name for file in made.rglob("*") if file.is_file()}
    assert held == {"database.dump", "about.json", "ab12"}, "neither keys nor passwords, that of the seals neither"
    assert json.loads((made / "about.json").read_text())["entries"] <= acknowledged

    shutil.move(made, tmp_path / "kept")
    keys = shutil.move(data / FILE, tmp_path / FILE)
    shutil.rmtree(data)
    done = bulou("restore", tmp_path / "kept", "--data", new, "--identity-keys", keys)
    assert done.returncode == 0, done.stderr
    assert (new / "photos" / "ab12").read_bytes() == b"a door" and (new / FILE).stat().st_mode & 0o077 == 0
    with supervisor.running(new) as server:
        assert journals.incarnation().partition("-")[0] != before.partition("-")[0], "a name of its own"
        load.doors = [server.url]
        with load.running():
            load.more(20)
        load.deliver()
        assert checks.whole(server.urls, load) > acknowledged
    done = bulou("verify", "--data", new, "--seal", seals, "--json")
    assert json.loads(done.stdout)["differences"] == [] and done.returncode == 0, "sealed before, and there as it was"
    again = bulou("restore", tmp_path / "kept", "--data", new)
    assert again.returncode == 2 and "不是空的" in again.stderr
    checks.report("backup restored", acknowledged=acknowledged, lost=0)


def health_of(data: Path) -> datetime | None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BULOU_DATA", str(data))
        return health().backup_at


@pytest.fixture
def urls(database: str, owner_url: str) -> Urls:
    return Urls(database, owner_url)


def test_a_backup_elsewhere_leaves_a_receipt_and_old_ones_go(tmp_path: Path, urls: Urls) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "disk"
    data.mkdir()
    for n in range(3):
        made = backup.make(data, urls, elsewhere, MADE + timedelta(days=n))
    (elsewhere / "notes").mkdir()
    assert health_of(data) is not None
    assert [old.name for old in backup.prune(elsewhere, 1)] == ["20220404-210000", "20220405-210000"]
    assert sorted(left.name for left in elsewhere.iterdir()) == [made.name, "notes"]


def test_a_damaged_backup_is_not_restored(tmp_path: Path, urls: Urls) -> None:
    with pytest.raises(NotReady, match="is not a backup"):
        backup.check(tmp_path)
    made = backup.make(tmp_path, urls, None, MADE)
    assert backup.check(made)["entries"] == 0
    with (made / backup.DUMP).open("r+b") as dump:
        dump.seek(200)
        damaged = bytes(byte ^ 255 for byte in dump.read(4))
        dump.seek(200)
        dump.write(damaged)
    with pytest.raises(NotReady, match="SHA-256"):
        backup.check(made)


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path, urls: Urls) -> None:
    with pytest.raises(NotReady, match="BULOU_OWNER_URL"):
        backup.make(tmp_path, Urls(urls.application, None), None, MADE)
    with pytest.raises(NotReady, match="pg_dump"):
        backup.make(tmp_path, Urls(urls.application, urls.application), None, MADE)  # row level security forbids it
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
