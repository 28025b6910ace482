"""Commands that fail, are ended, or meet another one: a sentence, a status, and nothing left running."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from bulou.config.postgres import OWNER, Cluster

PATIENCE = 120


def started(*arguments: str, said: str = "", **environment: str) -> subprocess.Popen[str]:
    """A command in a session of its own, as from a terminal."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("BULOU_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "bulou.config.command", *arguments],
        env=bare | {"BULOU_LANGUAGE": "en", **environment},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(said)
    process.stdin.close()
    process.stdin = None
    return process


def bulou(*arguments: str, said: str = "", **environment: str) -> tuple[int, str]:
    """The status of a command and what it said on standard error."""
    process = started(*arguments, said=said, **environment)
    _, err = process.communicate(timeout=PATIENCE)
    return process.returncode, err


def sentence(err: str, *words: str) -> None:
    """Check that the last of what was said is one sentence with these words."""
    last = err.splitlines()[-1]
    assert last.startswith("bulou: ") and all(word in last for word in words), err
    assert "Traceback" not in err and "Error:" not in err, err


def living(folder: Path) -> list[str]:
    """Programs that work in a folder, or were told of it."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()).is_relative_to(folder):
                found.append(f"{process.pid} {process.name()}")
        except (psutil.Error, OSError):
            continue
    return found


def eventually(happened: Callable[[], bool]) -> None:
    beat = threading.Event()
    for _ in range(PATIENCE * 50):
        if happened():
            return
        beat.wait(0.02)
    pytest.fail("it did not happen")


@contextmanager
def serving(data: Path) -> Iterator[subprocess.Popen[str]]:
    with started("serve", "--port", "0", "--data", str(data)) as process:
        try:
            assert process.stdout is not None and process.stdout.readline().startswith("http")
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


# -- one at a time ---------------------------------------------------------------------------------


def test_one_process_works_a_folder(installed, tmp_path: Path) -> None:
    data = installed(tmp_path / "data")
    other_way = tmp_path / "other"
    other_way.symlink_to(data)
    alone = [
        ("serve", "--port", "0"), ("demo", "--people", "100", "--exit", "--port", "0"), ("rehearse", "calm", "--exit"),
        ("demo", "--fresh", "--people", "100", "--exit"),
    ]  # fmt: skip
    with serving(data) as first:
        for path in (data, other_way):
            for arguments in alone:
                status, err = bulou(*arguments, "--data", str(path))
                assert status == 2
                sentence(err, "in use by", '"bulou serve"', f"process {first.pid}", "since 20")
        assert bulou("migrate", "--data", str(other_way))[0] == 0, "nothing to do, and nothing that hurts"
        made = started("backup", "--data", str(other_way))
        backup = Path(made.communicate(timeout=PATIENCE)[0].strip())
        status, err = bulou("restore", str(backup), "--data", str(other_way))
        assert status == 2
        sentence(err, "in use by")
        assert first.poll() is None
    assert living(data) == []


def test_a_crash_holds_nobody_up(installed, tmp_path: Path) -> None:
    data = installed(tmp_path / "data")
    with serving(data) as first:
        first.kill()
        first.wait()
        with serving(data) as second:
            assert second.pid != first.pid
            assert f'"pid": {second.pid},' in (data / "alone.lock").read_text()


def test_tables_are_not_changed_under_a_server_of_another_version(installed, tmp_path: Path) -> None:
    data = installed(tmp_path / "data")
    with serving(data):
        with psycopg.connect(Cluster(data).url(OWNER), autocommit=True) as connection:
            connection.execute("UPDATE config_version SET digest = 'older'")
        for arguments in (("migrate",), ("verify",), ("backup",)):
            status, err = bulou(*arguments, "--data", str(data))
            assert status == 2
            sentence(err, '"bulou serve"', "another version")
    assert bulou("migrate", "--data", str(data)) == (0, "")


# -- ended by a signal, or by a fault --------------------------------------------------------------

COMMANDS = {
    "demo": ("demo", "--people", "300", "--exit", "--port", "0"),
    "rehearse": ("rehearse", "calm", "--people", "300", "--exit"),
    "serve": ("serve", "--port", "0"),
    "migrate": ("migrate",),
    "verify": ("verify",),
    "paper": ("paper", "--area", "104.1", "--out", "sheets.pdf"),
    "backup": ("backup",),
    "restore": ("restore", "BACKUP"),
    "user add": ("user", "add", "wang", "--area", "0", "--password-stdin"),
    "import areas": ("import", "areas", "areas.csv"),
    "import persons": ("import", "persons", "persons.csv"),
    "database-url": ("database-url",),
}
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("areas.csv").write_text("id,name\nx,y\n")
    Path("persons.csv").write_text("no,list\n1,2\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_ended_leaves_nothing(name: str, installed, lists: None, tmp_path: Path) -> None:
    data = installed(tmp_path / "data")
    arguments = [str(_backup(data)) if word == "BACKUP" else word for word in COMMANDS[name]]
    if name == "restore":
        data = tmp_path / "new"
    number = ENDS[sorted(COMMANDS).index(name) % len(ENDS)]
    process = started(*arguments, "--data", str(data))
    eventually(lambda: process.poll() is not None or bool(living(data)))
    ended = process.poll() is None
    if ended:  # Ctrl-C goes to all of a terminal's programs, the others to one
        (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
    _, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in err, err
    assert not ended or process.returncode in (128 + number, 0), err  # 0: it had done its work before it heard of it
    assert living(data) == []


def test_a_signal_that_comes_while_python_tidies_up_is_not_lost() -> None:
    program = """
import os, signal
from bulou.config import ending

class Tidied:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGHUP)

ending.heard()
try:
    Tidied()
    while True:
        pass
except ending.Ended as signal:
    raise SystemExit(signal.status)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stderr) == (129, "")


def _backup(data: Path) -> Path:
    made = started("backup", "--data", str(data))
    return Path(made.communicate(timeout=PATIENCE)[0].strip())


@pytest.mark.parametrize("beats", [1, *(pytest.param(n, marks=pytest.mark.long) for n in (5, 20)), 60])
def test_a_first_start_that_is_interrupted_leaves_nothing(beats: int, tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = started("migrate", "--data", str(data))
    eventually(data.exists)
    beat = threading.Event()
    for _ in range(beats):
        beat.wait(0.05)  # no condition: whatever it is doing
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "Traceback" not in err, err
    assert living(data) == []
    assert not list(data.glob("postgres.making*"))
    status, err = bulou("migrate", "--data", str(data))
    assert (status, err) == (0, "")


@pytest.mark.parametrize(
    ("name", "said", "words"),
    [
        ("user add", "short\n", ("password",)),
        ("import areas", "", ("areas.csv",)),
        ("import persons", "", ("header",)),
        ("paper", "", ("no open round",)),
    ],
)
def test_a_command_that_fails_leaves_nothing(
    name: str, said: str, words: tuple[str, ...], installed, lists: None, tmp_path: Path
) -> None:
    data = installed(tmp_path / "data")
    status, err = bulou(*COMMANDS[name], "--data", str(data), said=said)
    assert status == (1 if name == "paper" else 2), err
    sentence(err, *words)
    assert living(data) == []


def test_a_fault_of_ours_is_status_1_and_leaves_nothing(installed, tmp_path: Path) -> None:
    data = installed(tmp_path / "data")
    with Cluster(data).running() as cluster, psycopg.connect(cluster.url(OWNER), autocommit=True) as connection:
        connection.execute("DROP TABLE auth_user CASCADE")
    given = ("wang", "--area", "0", "--role", "command", "--password-stdin")
    status, err = bulou("user", "add", *given, "--data", str(data), said="a long enough word 7\n")
    assert status == 1 and "a fault of the program" in err and re.search(r"\w+\.py:\d+ in", err), err
    assert "auth_user" not in err, "the message is not told"
    assert living(data) == []


# -- folders ---------------------------------------------------------------------------------------


@contextmanager
def disk(folder: Path, options: str) -> Iterator[Path]:
    """A disk of its own, in memory; only root may have one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk of its own can only be mounted by root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("room", ["64k", *(pytest.param(n, marks=pytest.mark.long) for n in ("24m", "40m")), "42m"])
def test_a_full_disk_at_the_start(room: str, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", f"size={room}") as small:
        for arguments in (("serve", "--port", "0"), ("migrate",)):
            status, err = bulou(*arguments, "--data", str(small / "data"))
            assert status == 2, err
            sentence(err, "full")
            assert living(small) == []


def test_a_disk_that_can_only_be_read(installed, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "size=2g") as held:
        installed(held / "data")
        subprocess.run(["mount", "-o", "remount,ro", str(held)], check=True)
        for folder in (held / "data", held / "new"):
            for arguments in (("serve", "--port", "0"), ("verify",), ("demo", "--people", "10")):
                status, err = bulou(*arguments, "--data", str(folder))
                assert status == 2, err
                sentence(err, "can only be read")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"owner": "x"}', '{"owner": 1, "app": 2, "django": 3}', "\0"]
)
def test_broken_secrets(content: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secrets.json").write_text(content)
    for arguments in (("serve", "--port", "0"), ("verify",)):
        status, err = bulou(*arguments, "--data", str(tmp_path / "data"))
        assert status == 2
        sentence(err, "secrets.json", "damaged")


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in ("file", "file/data"):
        status, err = bulou("verify", "--data", str(tmp_path / path))
        assert status == 2, err
        sentence(err, str(tmp_path / "file"))


# -- a server that is not our own ------------------------------------------------------------------


@pytest.mark.long
def test_a_server_that_cannot_be_used_is_told_in_a_sentence(cluster: Cluster, clone, tmp_path: Path) -> None:
    with clone() as urls:
        assert urls.owner is not None
        gone = "postgresql://u:hidden-word@127.0.0.1:9/x"
        other = cluster.url(OWNER, "postgres")
        cases = [
            (urls.owner, "", "superuser"),
            (urls.owner, urls.owner, "superuser"),
            (urls.application, other, "different databases"),
            (gone, "", "cannot be reached"),
            (urls.application, gone, "cannot be reached"),
            (re.sub(r":[^:@/]+@", ":hidden-word@", urls.application), "", "refuses"),
            (re.sub(r"/bulou_\w+\?", "/nothing?", urls.application), "", "no such database"),
            ("postgresql://u:hidden-word@127.0.0.1:99999/x", "", "cannot be reached"),
        ]
        for application, owner, words in cases:
            given = {"BULOU_DATABASE_URL": application, "BULOU_OWNER_URL": owner}
            for command in ("serve", "verify", "migrate"):
                more = ("--port", "0") if command == "serve" else ()
                status, err = bulou(command, *more, "--data", str(tmp_path / "data"), **given)
                assert status == 2, err
                sentence(err, words)
                assert "hidden-word" not in err


def test_the_owner_of_the_tables_is_no_application(cluster: Cluster, clone, tmp_path: Path) -> None:
    """A superuser is not the only one whom row level security lets pass: the owner is another."""
    with clone() as urls:
        with psycopg.connect(urls.owner, autocommit=True) as connection:
            connection.execute("CREATE ROLE table_owner LOGIN PASSWORD 'w'")
            connection.execute("ALTER TABLE places_person OWNER TO table_owner")
        try:
            url = re.sub(r"//[^@]+@", "//table_owner:w@", urls.application)
            status, err = bulou("verify", "--data", str(tmp_path / "data"), BULOU_DATABASE_URL=url)
            assert status == 2
            sentence(err, "owner of the tables")
        finally:
            with psycopg.connect(urls.owner, autocommit=True) as connection:
                connection.execute("DROP OWNED BY table_owner CASCADE")
                connection.execute("DROP ROLE table_owner")
