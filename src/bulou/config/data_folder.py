"""The data folder: the one place where an installation keeps its state.

    DIR/postgres/        the embedded cluster (absent when a server is used)
    DIR/postgres.log     what the cluster says
    DIR/run/             its socket, when the path is short enough
    DIR/tls/             the local root and its key, the server's certificate (authority.py)
    DIR/secrets.json     passwords and signing key, readable by the owner alone
    DIR/first-user.code  the hash of the one-time code for the first user, until there is one
    DIR/alone.lock       which server, exercise or restore works the folder (alone.py)
    DIR/*.lock           advisory locks; they die with the process that holds them

Two folders never meet: everything that could be shared (socket, lock, password, process) is
named by the folder's own path.
"""

import fcntl
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bulou.config.told import Told

# sockaddr_un holds 108 bytes with the closing NUL; PostgreSQL adds this name to the folder.
SOCKET_PATH_LIMIT = 107
SOCKET_NAME = ".s.PGSQL.5432"
SECRETS, NAMES = "secrets.json", ("owner", "app", "django")


class Folder:
    """Paths and secrets of one data folder. Creates the folder (0700) on first use."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).expanduser().resolve()

    def __repr__(self) -> str:
        return f"Folder({str(self.path)!r})"

    @property
    def cluster(self) -> Path:
        return self.path / "postgres"

    @property
    def log(self) -> Path:
        return self.path / "postgres.log"

    def create(self) -> None:
        """Make the folder if it is not there. An existing folder keeps its rights."""
        if not self.path.is_dir():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def socket_folder(self) -> Path:
        """Where the socket lies: in the data folder, or in /tmp when that path is too long or holds
        a character that means something in a list of hosts.

        The long case does not use TMPDIR: two processes with different environments must agree.
        """
        inside = self.path / "run"
        if len(os.fsencode(inside / SOCKET_NAME)) <= SOCKET_PATH_LIMIT and not set(str(inside)) & set(",\"'@"):
            return inside
        return Path("/tmp") / f"bulou-{hashlib.sha256(os.fsencode(self.path)).hexdigest()[:20]}"

    def create_socket_folder(self, owner: int) -> Path:
        """Make the socket folder for user id `owner`, private (0700).

        Raises Told when somebody else has put another thing under that name.
        """
        folder = self.socket_folder
        try:
            folder.mkdir(mode=0o700)
            if owner != os.geteuid():
                os.chown(folder, owner, -1)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
                raise Told(
                    f"{folder} 属于另一个用户：请删除它，或换一个数据目录。",
                    f"{folder} belongs to somebody else: remove it, or choose another data folder.",
                ) from None
            folder.chmod(0o700)
        return folder

    def secrets(self) -> dict[str, str]:
        """Passwords of the two roles and the signing key: {"owner", "app", "django"}.

        Written once, under a lock and by rename, so that two first starts agree on one set. Raises Told when the file
        does not hold them: new ones would not open the database that is there.
        """
        file = self.path / SECRETS
        if file.exists():
            return _secrets(file)
        self.create()
        with self.locked("secrets"):
            if file.exists():
                return _secrets(file)
            made = {name: secrets.token_urlsafe(32) for name in NAMES}
            draft = file.with_suffix(".new")
            draft.unlink(missing_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as out:
                json.dump(made, out)
                out.flush()
                os.fsync(out.fileno())
            draft.rename(file)
            return made

    @contextmanager
    def locked(self, name: str, shared: bool = False) -> Iterator[None]:
        """Hold the advisory lock `name` (waits for it)."""
        self.create()
        with open(self.path / f"{name}.lock", "a") as file:
            fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
            yield

    def unused(self, name: str) -> bool:
        """Whether nobody holds the lock `name` at this moment."""
        with open(self.path / f"{name}.lock", "a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True


def _secrets(file: Path) -> dict[str, str]:
    try:
        held = json.loads(file.read_text("utf-8"))
        if all(isinstance(held[name], str) and len(held[name]) >= 20 for name in NAMES):
            return held
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise Told(
        f"{file} 已损坏：请从备份放回原来的文件；它含有数据库口令，不能另造。",
        f"{file} is damaged: put the original back; it holds the database's passwords and cannot be made anew.",
    )
