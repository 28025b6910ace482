"""A backup of an installation while it runs, and the way back.

    DIR/backups/20220404-210000/    by its UTC time
        database.dump               the whole database at one moment (pg_dump, custom format)
        photos/                     what the entries name by its digest
        about.json                  when, of which ledger, by which version, SHA-256 of the dump

What is not in it, on purpose: the identity keys (whoever holds them and the database can try out identity numbers), the
passwords and the signing key (a new folder makes its own), the key of the local authority. Devices keep their keys: the
database holds the digests.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bulou.config.connections import Urls
from bulou.config.database import NotReady, migrate
from bulou.config.postgres_account import installed_binaries
from bulou.config.told import shown

FOLDER, DUMP, ABOUT = "backups", "database.dump", "about.json"
#: Besides the database, what an installation cannot do without.
ALSO = ("photos", "exercise-clock.json")
STAMP = "%Y%m%d-%H%M%S"
#: libpq's own names of what a URL says.
_ENVIRONMENT = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


def make(data: Path, urls: Urls, to: Path | None, now: datetime) -> Path:
    """Write a backup and return its folder. The installation may run meanwhile; the dump is of one moment.

    Parameters:
        data: the data folder.
        to: where backups lie; the folder's own without it. Then a receipt stays in the data folder, so that the desk
            knows when the last one was made.

    Raises:
        NotReady: the owner's URL is not known, or pg_dump failed; nothing is left behind.
    """
    own = data / FOLDER
    place = to or own
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    final = place / now.strftime(STAMP)
    # The desk takes what lies in the folder's own place for a backup; another place may be another disk.
    draft = place / f".making-{os.getpid()}" if to else data / f"{FOLDER}.making-{os.getpid()}"
    draft.mkdir(mode=0o700)
    try:
        _run("pg_dump", _owner(urls), "--format=custom", "--compress=gzip:3", "--file", str(draft / DUMP))
        (draft / DUMP).chmod(0o600)
        _copy(data, draft)
        about = {
            "made_at": now.isoformat(),
            "version": version("bulou"),
            "sha256": _digest(draft / DUMP),
            **_said(urls),
        }
        _write(draft / ABOUT, json.dumps(about, indent=2))
        _settle(draft)
        draft.rename(final)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    if final.parent.resolve() != own.resolve():
        own.mkdir(mode=0o700, exist_ok=True)
        _write(own / f"{final.name}.elsewhere.json", json.dumps(about, indent=2))
    return final


def prune(place: Path, keep: int) -> list[Path]:
    """Remove whole backups but the newest ``keep``; return those removed. Nothing else in the folder is touched."""
    whole = sorted(folder for folder in place.iterdir() if (folder / ABOUT).is_file() and (folder / DUMP).is_file())
    old = whole[: max(0, len(whole) - keep)]
    for folder in old:
        shutil.rmtree(folder)
    return old


def check(backup: Path) -> dict[str, Any]:
    """Return what a backup says of itself.

    Raises:
        NotReady: it is none, or its dump is not the one that was written.
    """
    try:
        about = json.loads((backup / ABOUT).read_text("utf-8"))
    except (OSError, ValueError):
        raise NotReady(
            f"{backup} 不是备份：其中没有可读的 {ABOUT}。",
            f"{backup} is not a backup: it has no {ABOUT} that can be read.",
        ) from None
    if not (backup / DUMP).is_file() or _digest(backup / DUMP) != about.get("sha256"):
        raise NotReady(
            f"{backup / DUMP} 已损坏：其 SHA-256 与 {ABOUT} 中的不同。",
            f"{backup / DUMP} is damaged: its SHA-256 is not the one in {ABOUT}.",
        )
    return about


def restore(backup: Path, data: Path, urls: Urls, now: datetime) -> dict[str, Any]:
    """Bring a backup into an empty database, as a new life of its ledger; return what the backup says of itself.

    Phones see the new name and send again what this ledger does not have. The dump goes in as one transaction: a
    restore that was cut off left nothing, and can be made again.

    Raises:
        NotReady: no backup, a damaged one, or the database is not empty.
    """
    about = check(backup)
    owner = _owner(urls)
    with psycopg.connect(owner, autocommit=True) as connection:
        if connection.execute("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')").fetchone() != (
            False,
        ):
            raise NotReady(
                "数据库不是空的：请恢复到新的数据目录，或空的数据库。",
                "the database is not empty: restore into a new data folder, or an empty database.",
            )
    _run("pg_restore", owner, "--single-transaction", "--exit-on-error", "--no-owner", "--no-acl", "--dbname",
         conninfo_to_dict(owner)["dbname"], str(backup / DUMP))  # fmt: skip
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO ledger_incarnation (name, since)"
            " SELECT %s, greatest(%s, max(since) + interval '1 microsecond') FROM ledger_incarnation",
            [secrets.token_hex(8), now],
        )
        connection.execute("DROP TABLE config_version")  # rights are granted anew, also when the code is the same
    _copy(backup, data)
    migrate(urls)
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("ANALYZE")
    return about


def has_identities(urls: Urls) -> bool:
    """Tell whether the database holds digests of identity numbers, which only the identity keys can link."""
    with psycopg.connect(_owner(urls), autocommit=True) as connection:
        row = connection.execute("SELECT EXISTS (SELECT FROM places_person WHERE id_digest IS NOT NULL)").fetchone()
        return bool(row and row[0])


def _copy(source: Path, target: Path) -> None:
    for name in ALSO:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)
        elif (source / name).exists():
            shutil.copy2(source / name, target / name)


def _owner(urls: Urls) -> str:
    if urls.owner is None:
        raise NotReady("不知道属主地址：请设置 BULOU_OWNER_URL。", "the owner's URL is not known: set BULOU_OWNER_URL.")
    return urls.owner


def _said(urls: Urls) -> dict[str, Any]:
    with psycopg.connect(_owner(urls), autocommit=True) as connection:
        ledger = connection.execute("SELECT name FROM ledger_incarnation ORDER BY since DESC LIMIT 1").fetchone()
        entries = connection.execute("SELECT coalesce(sum(held), 0)::bigint FROM ledger_journal").fetchone()
    return {"ledger": ledger and ledger[0], "entries": entries and entries[0]}


def _run(program: str, url: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs. The password goes by the environment: others can read a command line."""
    parts = conninfo_to_dict(url)
    given = {_ENVIRONMENT[name]: str(value) for name, value in parts.items() if name in _ENVIRONMENT and value}
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run(
        [str(installed_binaries() / program), *arguments], env=bare | given, capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        why = shown(" ".join(said[-3:]), 300)
        raise NotReady(
            f"{program} 以状态 {done.returncode} 结束：{why}", f"{program} ended with status {done.returncode}: {why}"
        )


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _write(file: Path, text: str) -> None:
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text + "\n")


def _settle(folder: Path) -> None:
    """Bring all to the disk before the name says that it is whole."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def today() -> datetime:
    """Return the real time: backups are named by it, also in an exercise."""
    return datetime.now(UTC)
