"""The embedded PostgreSQL: started, joined, stopped, taken over; and what the two roles may."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from bulou.config.data_folder import SOCKET_PATH_LIMIT, Folder
from bulou.config.postgres import APPLICATION, OWNER, Cluster


@pytest.fixture
def own(tmp_path: Path):
    """A cluster of the test's own, stopped afterwards."""
    cluster = Cluster(tmp_path / "data", durable=False)
    yield cluster
    cluster.stop()


def one(cluster: Cluster, statement: str, role: str = OWNER):
    with psycopg.connect(cluster.url(role, "postgres"), autocommit=True) as connection:
        return connection.execute(statement).fetchone()


def test_starts_once_and_stops(own: Cluster):
    assert own.postmaster() is None
    assert own.start() is True
    assert own.start() is False
    pid = own.postmaster()
    assert one(own, "SELECT current_user")[0] == OWNER
    assert one(own, "SELECT pg_backend_pid()")[0] != pid
    own.stop()
    own.stop()
    assert own.postmaster() is None
    with pytest.raises(psycopg.OperationalError):
        one(own, "SELECT 1")


def test_the_application_role_is_neither_owner_nor_superuser(own: Cluster):
    own.start()
    role = one(
        own,
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolcanlogin"
        f" FROM pg_roles WHERE rolname = '{APPLICATION}'",
    )
    assert role == (False, False, False, False, True)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one(own, "CREATE TABLE public.mine (a int)", APPLICATION)


def test_no_network_and_no_entry_without_the_password(own: Cluster):
    own.start()
    assert one(own, "SHOW listen_addresses")[0] == ""
    stranger = own.url(OWNER, "postgres").replace(own.folder.secrets()["owner"], "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(stranger)
    assert (own.folder.path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert own.folder.socket_folder.stat().st_mode & 0o777 == 0o700


def test_takes_over_after_the_server_was_killed(own: Cluster):
    own.start()
    with own.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        connection.execute("CHECKPOINT")
    for _ in range(3):
        killed = own.postmaster()
        os.kill(killed, signal.SIGKILL)
        assert own.start() is True
        assert own.postmaster() != killed
        assert one(own, "SELECT n FROM kept") == (7,)


def test_a_recorded_number_of_a_living_stranger_is_not_our_server(own: Cluster):
    own.start()
    recorded = (own.folder.cluster / "postmaster.pid").read_text()
    own.stop()
    _, rest = recorded.split("\n", 1)
    (own.folder.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{rest}")
    assert own.postmaster() is None
    assert own.start() is True


def test_a_broken_first_attempt_is_made_anew(own: Cluster):
    own.folder.create()
    half = own.folder.path / "postgres.making"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    assert own.start() is True


def test_two_folders_never_meet(own: Cluster, tmp_path: Path):
    other = Cluster(tmp_path / "other", durable=False)
    own.start()
    with other.running():
        assert own.postmaster() != other.postmaster()
        with own.connect() as connection:
            connection.execute("CREATE DATABASE here")
        assert one(other, "SELECT count(*) FROM pg_database WHERE datname = 'here'") == (0,)
        swapped = own.url(OWNER, "postgres").replace(own.folder.secrets()["owner"], other.folder.secrets()["owner"])
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(swapped)
    assert other.postmaster() is None
    assert own.postmaster() is not None


JOIN = """
import sys
from bulou.config.postgres import Cluster
cluster = Cluster(sys.argv[1], durable=False)
with cluster.running():
    print(cluster.postmaster(), flush=True)
    sys.stdin.read()
"""


def join(cluster: Cluster) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", JOIN, str(cluster.folder.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def leave(process: subprocess.Popen) -> None:
    process.communicate("")
    assert process.returncode == 0


def test_processes_started_together_share_one_server_and_the_last_stops_it(
    own: Cluster,
):
    first, second = join(own), join(own)
    pids = {int(first.stdout.readline()), int(second.stdout.readline())}
    assert pids == {own.postmaster()}
    leave(first)
    assert own.postmaster() in pids
    leave(second)
    assert own.postmaster() is None


def test_a_killed_user_does_not_keep_the_server(own: Cluster):
    first, second = join(own), join(own)
    first.stdout.readline()
    second.stdout.readline()
    first.kill()
    first.communicate()
    leave(second)
    assert own.postmaster() is None


def test_a_kept_server_outlives_its_users(own: Cluster):
    own.keep()
    with own.running():
        pass
    assert own.postmaster() is not None
    own.stop()
    with own.running():
        pass
    assert own.postmaster() is None


@pytest.mark.parametrize("name", ["x" * 120, "数据 it's", 'quote" and, comma', "a@b", "back\\slash$HOME"])
def test_any_path_will_do(tmp_path: Path, name: str):
    cluster = Cluster(tmp_path / name / "data", durable=False)
    assert len(os.fsencode(cluster.folder.socket_folder / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
    with cluster.running():
        assert one(cluster, "SELECT 1", APPLICATION) == (1,)


def test_secrets_are_made_once(tmp_path: Path):
    made = Folder(tmp_path).secrets()
    assert Folder(tmp_path).secrets() == made
    assert len(set(made.values())) == 3


def test_an_operator_may_override_a_setting(own: Cluster):
    own.folder.create()
    (own.folder.path / "postgres.local.conf").write_text("work_mem = '9MB'\n")
    own.start()
    assert one(own, "SHOW work_mem") == ("9MB",)


def test_the_callers_own_postgresql_settings_do_not_disturb(tmp_path: Path, monkeypatch):
    for name, value in {"PGPORT": "6000", "PGDATA": "/elsewhere", "PGHOST": "elsewhere", "PGUSER": "me"}.items():
        monkeypatch.setenv(name, value)
    with Cluster(tmp_path / "data", durable=False).running() as cluster:
        assert one(cluster, "SELECT current_user", APPLICATION) == (APPLICATION,)


def test_a_short_name_is_not_left_behind(tmp_path: Path):
    cluster = Cluster(tmp_path / ("x" * 120), durable=False)
    with cluster.running():
        assert cluster.folder.socket_folder.is_dir()
    assert not cluster.folder.socket_folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")
def test_root_without_namespaces_runs_it_as_a_plain_account(tmp_path_factory):
    # Under the test folder only root may pass; the account needs a way in.
    import shutil
    import tempfile

    open_folder = Path(tempfile.mkdtemp(prefix="bulou-open-"))
    open_folder.chmod(0o755)
    cluster = Cluster(open_folder / "data", durable=False, accounts=("account",))
    try:
        with cluster.running():
            assert cluster.folder.cluster.stat().st_uid != 0
            assert one(cluster, "SELECT 1", APPLICATION) == (1,)
    finally:
        shutil.rmtree(open_folder)
