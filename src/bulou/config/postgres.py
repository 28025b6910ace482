"""The embedded PostgreSQL of one data folder: made, started, joined, stopped, taken over.

Any number of processes may use one folder. The first starts the server, the others join it, the
last to leave stops it (`running`). Nobody connects over the network: the server listens on a
private Unix socket only.
"""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import psycopg
from psycopg import sql

from bulou.config.data_folder import SOCKET_NAME, Folder
from bulou.config.postgres_account import Account, ServerFailed, choose

OWNER = "bulou_owner"  # superuser: owns the tables, runs migrations and verify
APPLICATION = "bulou_app"  # what the desk and the door log in as; row level security binds it
DATABASE = "bulou"

START_SECONDS = 600  # recovery after a crash replays at most max_wal_size
ANSWER_SECONDS = 60  # pg_ctl has seen it ready, so this is long
STOP_SECONDS = 60
ORPHAN_SECONDS = 10  # backends notice the death of their postmaster by themselves

#: Under what names a server of ours may be seen: pg_ctl becomes it by way of a shell.
PROGRAMS = ("postgres", "pg_ctl", "sh", "dash", "bash", "unshare")

SETTINGS = {
    "port": "5432",  # part of the socket's name
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "'512MB'",
    "effective_cache_size": "'4GB'",
    "work_mem": "'16MB'",
    "maintenance_work_mem": "'256MB'",
    "max_wal_size": "'4GB'",
    "min_wal_size": "'1GB'",
    "checkpoint_timeout": "'15min'",
    "wal_compression": "on",
    "fsync": "on",
    "synchronous_commit": "on",
    "random_page_cost": "1.1",
    "max_locks_per_transaction": "256",
    "jit": "off",  # short statements: compiling them costs more than it saves
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    # A failed statement's text, detail and even its message may hold names; the process that sent it tells its kind.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "password_encryption": "'scram-sha-256'",
}

# For tests and throw-away measurements alone: a crash of the machine may lose everything.
FORGETFUL = {
    "shared_buffers": "'128MB'",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


class Cluster:
    """The server of one data folder.

    Parameters
    ----------
    data: the data folder.
    durable: False switches fsync off (tests).
    accounts: root's allowed ways to run it, see `postgres_account.choose`.
    """

    def __init__(
        self,
        data: Folder | Path | str,
        *,
        durable: bool = True,
        accounts: tuple[str, ...] = ("namespace", "account"),
    ) -> None:
        self.folder = data if isinstance(data, Folder) else Folder(data)
        self.durable = durable
        self._accounts = accounts

    # -- what it answers to ------------------------------------------------------------------

    def url(self, role: str = APPLICATION, database: str = DATABASE) -> str:
        """The connection URL of `role`. Does not need a running server."""
        password = self.folder.secrets()["owner" if role == OWNER else "app"]
        # With the port, so that the caller's PGPORT does not name another socket.
        host = urlencode({"host": str(self.folder.socket_folder), "port": 5432}, quote_via=quote)
        return f"postgresql://{role}:{quote(password)}@/{quote(database)}?{host}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection of the owner, each statement on its own (autocommit)."""
        return psycopg.connect(self.url(OWNER, database), autocommit=True, connect_timeout=10)

    def postmaster(self) -> int | None:
        """Process id of the living postmaster of this folder, or None.

        The file postmaster.pid alone proves nothing: after a crash its number may belong to a
        zombie or to another program. A postmaster of ours works inside our folder.
        """
        pid = self._recorded_pid()
        return pid if pid is not None and self._lives_here(pid) else None

    # -- start and stop ----------------------------------------------------------------------

    def start(self) -> bool:
        """Start the server, or join the running one. Returns whether this call started it.

        Raises ServerFailed when it does not come up; then, and when this call is interrupted, nothing of it goes on.
        """
        self.folder.create()
        with self.folder.locked("postgres"):
            if self.postmaster() is not None:
                try:
                    self._wait_until_it_answers()
                    return False
                except psycopg.OperationalError:
                    if self.postmaster() is not None:
                        raise  # alive and mute; otherwise it died just now: take over
            account = choose(self.folder.cluster, self._accounts)
            try:
                self._begin(account)
            except BaseException:
                self._give_up()
                raise
            return True

    def _begin(self, account: Account) -> None:
        if not self.folder.cluster.exists():
            self._make(account)
        self._take_over()
        self._configure(account)
        self._turn_log()
        account.run(
            "pg_ctl",
            *("start", "--wait", f"--timeout={START_SECONDS}", "--silent"),
            *("-D", "."),
            log=self.folder.log,
            folder=self.folder.cluster,
        )
        self._wait_until_it_answers()

    def _give_up(self) -> None:
        """End what a start has left: a server that was still coming up when pg_ctl was interrupted has no file yet."""
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            for process in self._orphans():
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(number)
            if _within(ORPHAN_SECONDS, lambda: not self._orphans()):
                break
        with suppress(OSError):
            self.folder.socket_folder.rmdir()

    def stop(self) -> None:
        """Stop the server for everybody (fast: open transactions are rolled back)."""
        if not self.folder.cluster.exists():
            return
        with self.folder.locked("postgres"):
            self._stop()

    @contextmanager
    def running(self) -> Iterator["Cluster"]:
        """Use the server: start or join on entering; the last user to leave stops it.

        The use is an advisory lock, so a killed user does not keep the server for ever. A server
        that was kept (`keep`) stays; one whose user fails does not.
        """
        try:
            with self.folder.locked("postgres-users", shared=True):
                self.start()
                yield self
        finally:
            with self.folder.locked("postgres"):
                if self.folder.unused("postgres-users") and not self._kept.exists():
                    self._stop()

    def keep(self) -> None:
        """Start or join, and let the server outlive its users until `stop()`."""
        self.start()
        self._kept.touch()

    # -- the steps ---------------------------------------------------------------------------

    @property
    def _kept(self) -> Path:
        return self.folder.path / "postgres.keep"

    def _stop(self) -> None:
        self._kept.unlink(missing_ok=True)
        pid = self.postmaster()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        if not _within(STOP_SECONDS, lambda: self.postmaster() is None):
            # A backend that does not answer; the next start recovers from the log.
            os.kill(pid, signal.SIGQUIT)
            if not _within(STOP_SECONDS, lambda: self.postmaster() is None):
                raise ServerFailed(
                    f"数据库服务器（进程 {pid}）停不下来。", f"the database server (process {pid}) does not stop."
                )
        with suppress(OSError):
            self.folder.socket_folder.rmdir()  # may lie outside the data folder

    def _make(self, account: Account) -> None:
        """Run initdb beside the final name, then rename: a broken attempt leaves nothing to join.

        Each attempt has its own name: the initdb of a killed one may still be writing.
        """
        for left in self.folder.path.glob("postgres.making*"):
            shutil.rmtree(left, ignore_errors=True)
        making = self.folder.cluster.with_name(f"postgres.making-{os.getpid()}")
        account.own(making)
        password = making.with_name("postgres.password")
        password.unlink(missing_ok=True)
        try:
            descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as out:
                out.write(self.folder.secrets()["owner"])
            if account.user is not None:
                os.chown(password, account.user, account.user)
            account.run(
                "initdb",
                *("-D", ".", "--username", OWNER, "--pwfile", str(password)),
                *("--auth", "scram-sha-256", "--encoding", "UTF8"),
                # The wheel has no ICU; the builtin provider knows Unicode and never changes.
                *(
                    "--locale",
                    "C",
                    "--locale-provider",
                    "builtin",
                    "--builtin-locale",
                    "C.UTF-8",
                ),
                *("--text-search-config", "simple", "--data-checksums"),
                *(() if self.durable else ("--no-sync",)),
                log=self.folder.log,
                folder=making,
            )
            making.rename(self.folder.cluster)
        finally:
            password.unlink(missing_ok=True)
            # Of a broken attempt: a full disk gets its room back. A process of initdb may write for a moment yet.
            _within(ORPHAN_SECONDS, lambda: _removed(making))

    def _configure(self, account: Account) -> None:
        """Write our settings; what an operator puts in DIR/postgres.local.conf comes after them."""
        socket = self.folder.create_socket_folder(account.file_owner)
        chosen = SETTINGS | ({} if self.durable else FORGETFUL)
        chosen["unix_socket_directories"] = _quoted(_listed(str(socket)))
        if not _roomy(Path("/dev/shm")):
            chosen["dynamic_shared_memory_type"] = "mmap"
        lines = [f"{name} = {value}" for name, value in chosen.items()]
        local = self.folder.path / "postgres.local.conf"
        if local.exists():
            lines.append(local.read_text())
        file = self.folder.cluster / "postgresql.conf"
        text = "\n".join(lines) + "\n"
        if file.read_text() != text:  # on a full disk the file that is there must stay whole
            draft = file.with_suffix(".new")
            draft.write_text(text)
            if account.user is not None:
                os.chown(draft, account.user, account.user)
            draft.replace(file)

    def _turn_log(self, limit: int = 16 * 2**20) -> None:
        """Keep at most two log files of about `limit` bytes."""
        log = self.folder.log
        if log.exists() and log.stat().st_size > limit:
            log.replace(log.with_suffix(".log.1"))

    def _wait_until_it_answers(self) -> None:
        """Wait by a real connection, and see that the application role is there."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            try:
                with self.connect() as connection:
                    self._ensure_roles(connection)
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.postmaster() is None:
                    raise
                time.sleep(0.05)

    def _ensure_roles(self, connection: psycopg.Connection) -> None:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (APPLICATION,)).fetchone()
        if not known:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
                    sql.Identifier(APPLICATION),
                    sql.Literal(self.folder.secrets()["app"]),
                )
            )

    # -- after a crash -----------------------------------------------------------------------

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.folder.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _lives_here(self, pid: int) -> bool:
        try:
            process = psutil.Process(pid)
            if process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
                return False
            return Path(process.cwd()) == self.folder.cluster
        except (psutil.NoSuchProcess, FileNotFoundError):
            return False
        except psutil.AccessDenied:
            # Another user's process with that number: not ours, we run under our own account.
            return False

    def _take_over(self) -> None:
        """Clear what a dead postmaster left behind.

        PostgreSQL itself refuses to start while backends of the former postmaster live, but only
        as long as postmaster.pid is there to tell it their shared memory. So the file is removed
        only after every process that works in our folder is gone.
        """
        if self._recorded_pid() is None:
            return
        if not _within(ORPHAN_SECONDS, lambda: not self._orphans()):
            for process in self._orphans():  # busy in a long statement; same as a crash to them
                process.kill()
            if not _within(ORPHAN_SECONDS, lambda: not self._orphans()):
                raise ServerFailed(
                    f"上次异常退出的数据库进程仍占用 {self.folder.cluster}。",
                    f"processes of a dead server hold {self.folder.cluster}.",
                )
        (self.folder.cluster / "postmaster.pid").unlink(missing_ok=True)
        # The socket's own lock file names the same dead process.
        (self.folder.socket_folder / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def _orphans(self) -> list[psutil.Process]:
        return [
            process
            for process in psutil.process_iter(["name"])
            if process.info["name"] in PROGRAMS and self._lives_here(process.pid)
        ]


def _removed(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _within(seconds: float, happened) -> bool:
    """Whether `happened()` became true before `seconds` were over."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _roomy(memory: Path, need: int = 2**28) -> bool:
    """Whether parallel queries find enough shared memory there; containers often give 64 MB."""
    return memory.is_dir() and shutil.disk_usage(memory).total >= need


def _listed(path: str) -> str:
    """One path as an element of a list setting: commas and quotes in it must not split it."""
    return '"' + path.replace('"', '""') + '"'


def _quoted(value: str) -> str:
    """A string of postgresql.conf."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
