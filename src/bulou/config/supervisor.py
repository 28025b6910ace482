"""Starts the processes of an installation, keeps them alive, and stops them together.

    phone, browser --> field door (public port) --> desk (loopback port) --> database (socket)
                            `-----------------------------------------------^
    resident --> field door --> resident's page (loopback port) --> database
    phone without trust --> page of the local root (trust port, in clear; knows nothing else)

But for that page the door is the only public listener: it serves /field/* itself and hands the rest to the desk, so
that no board can slow a phone. Each process has its own log in the data folder.
"""

import errno
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg

from bulou.config import database, foreseeing, https, joining, sealing, sending, tracing, treating, warming
from bulou.config.alone import alone
from bulou.config.connections import Urls
from bulou.config.data_folder import Folder
from bulou.config.environment import read
from bulou.config.forms import LOOPBACK
from bulou.config.periodic import every
from bulou.config.postgres import Cluster
from bulou.config.postgres_account import ServerFailed
from bulou.config.process import Child
from bulou.config.told import shown

log = logging.getLogger(__name__)

DESK = "bulou.config.wsgi:application"
DOOR = "bulou.config.asgi:app"
TRUST = "bulou.config.trust:app"
RESIDENTS = "bulou.config.residents:application"
# granian counts open connections, idle ones as well, and lets the next ones wait without a word. Phones keep theirs
# open, so the door takes them all; how much it works on at once is its own affair, and it says so (429).
CROWD = ("--backlog", "4096", "--backpressure", "20000")
READY_SECONDS = 60
#: What the process that listens in clear is told of the settings.
HEARD_IN_CLEAR = (
    "BULOU_PUBLIC_URL", "BULOU_TRUST_ROOT", "BULOU_TRUST_FINGERPRINT", "BULOU_LANGUAGE",
)  # fmt: skip
#: A board may wait for a tube; no tube waits for a board.
BEHIND = 15
DATABASE_SECONDS = 1.0  # how often the database is looked at


@dataclass(frozen=True)
class Trust:
    """What phones need to trust the local root: the page's address in clear, the root's file and its SHA-256.

    `made`: this start made the root.
    """

    url: str
    root: Path
    fingerprint: str
    made: bool


@dataclass(frozen=True)
class Running:
    """A served installation.

    `url` is where browsers go, `field_url` where phones post, `desk_url` the desk behind the door.
    `children` are the supervised processes by name; `cluster` is None with a given server; `trust` without the local
    authority.
    """

    url: str
    field_url: str
    desk_url: str
    urls: Urls
    children: dict[str, Child]
    cluster: Cluster | None
    trust: Trust | None = None


@contextmanager
def running(
    data: str | os.PathLike[str] | None = None,
    port: int = 0,
    *,
    host: str = "127.0.0.1",
    tls: tuple[Path, Path] | None = None,
    trust_port: int = 0,
    stop: threading.Event | None = None,
) -> Iterator[Running]:
    """Serve the folder `data` for a while; entered when /healthz of the desk and the door answer.

    Parameters
    ----------
    port: public port; 0 takes a free one.
    tls: certificate chain and key. Without them a loopback host is served in clear, any other with a
        certificate of the local authority.
    trust_port: port of the page in clear that lets phones trust the local root; 0 takes a free one.
    stop: set by a signal, it ends the waiting for readiness.

    Raises
    ------
    Taken when another process works the folder; NotReady when a port is taken, when the certificate cannot be had, or
    with the last line of a process that does not answer in READY_SECONDS.
    """
    stop = stop or threading.Event()
    folder = Folder(data or read("BULOU_DATA"))
    port = free_port(host, port)
    if tls is None and host not in LOOPBACK:
        trust_port = free_port(host, trust_port)
    with ExitStack() as stack:
        stack.enter_context(alone(folder, "bulou serve"))
        urls = stack.enter_context(database.using(folder.path))
        cluster = None if read("BULOU_DATABASE_URL") else Cluster(folder)
        desk_port = free_port("127.0.0.1")
        desk_url = f"http://127.0.0.1:{desk_port}"
        residents_port = free_port("127.0.0.1")
        residents_url = f"http://127.0.0.1:{residents_port}"
        source, trust = _certificate(folder, host, tls, trust_port)
        scheme = "https" if source else "http"
        name = socket.gethostname() if tls and host in https.EVERYWHERE else https.reached_at(host)
        local = f"{scheme}://{_bracketed(name)}:{port}"
        environment = os.environ | {
            "BULOU_DATA": str(folder.path),
            "BULOU_DATABASE_URL": urls.application,
            "BULOU_OWNER_URL": "",  # no process that listens holds the owner's password
            "BULOU_SECRET_KEY": read("BULOU_SECRET_KEY") or folder.secrets()["django"],
            "BULOU_DESK_URL": desk_url,
            "BULOU_RESIDENTS_URL": residents_url,
            "BULOU_PUBLIC_URL": read("BULOU_PUBLIC_URL") or local,
            "BULOU_TRUST_ROOT": str(trust.root) if trust else "",
            "BULOU_TRUST_FINGERPRINT": trust.fingerprint if trust else "",
            "BULOU_TRUST_URL": trust.url if trust else "",
            # What several installations of one machine share is compiled once, where somebody says so.
            "NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR") or str(folder.path / "compiled"),
            "DJANGO_SETTINGS_MODULE": "bulou.config.settings",
        }
        certificate = ("--ssl-certificate", source.files[0], "--ssl-keyfile", source.files[1]) if source else ()
        children = {
            "desk": Child(
                "desk",
                _granian(DESK, "wsgi", "127.0.0.1", desk_port, "--blocking-threads=8"),
                environment,
                folder.path / "desk.log",
                nice=BEHIND,
            ),
            "residents": Child(
                "residents",
                _granian(RESIDENTS, "wsgi", "127.0.0.1", residents_port, "--blocking-threads=4"),
                environment | {"DJANGO_SETTINGS_MODULE": "bulou.config.residents_settings"},
                folder.path / "residents.log",
                nice=BEHIND,
            ),
            "door": Child(
                "door",
                _granian(DOOR, "asgi", host, port, *CROWD, *map(str, certificate)),
                environment,
                folder.path / "door.log",
            ),
        }
        if trust is not None:
            children["trust"] = Child(
                "trust",
                _granian(TRUST, "asgi", host, trust_port),
                {name: value for name, value in environment.items() if name in HEARD_IN_CLEAR or _foreign(name)},
                folder.path / "trust.log",
                nice=BEHIND,
            )
        if cluster is not None:
            stack.enter_context(_watched(cluster))
        stack.enter_context(sealing.hourly(folder, urls))
        stack.enter_context(joining.followed())
        stack.enter_context(tracing.followed())
        stack.enter_context(sending.sent())
        stack.enter_context(foreseeing.followed())
        stack.enter_context(treating.followed())
        for child in children.values():
            stack.enter_context(child.supervised())
        _wait(children["desk"], f"{desk_url}/healthz", stop)
        _wait(children["residents"], f"{residents_url}/h/healthz", stop)
        # The certificate is not for 127.0.0.1, and it is our own process that answers.
        _wait(children["door"], f"{scheme}://{_reachable(host)}:{port}/healthz", stop)
        if trust is not None:
            _wait(children["trust"], f"http://{_reachable(host)}:{trust_port}/field/trust/", stop)
        if source is not None:
            stack.enter_context(https.watched(source, children["door"].restart))
        stack.enter_context(warming.begun(environment, folder.path / "planner.log"))
        public = environment["BULOU_PUBLIC_URL"].rstrip("/")
        yield Running(public, f"{public}/field", desk_url, urls, children, cluster, trust)


def _certificate(
    folder: Folder, host: str, tls: tuple[Path, Path] | None, trust_port: int
) -> tuple[https.Source | None, Trust | None]:
    """Where the door's certificate comes from, and what phones need to trust it when it is the local authority."""
    now = datetime.now(UTC)
    if tls is not None:
        return https.Given(*tls, now), None
    if host in LOOPBACK:
        return None, None
    source = https.Local(folder, host, https.host_of(read("BULOU_PUBLIC_URL")), now)
    authority = source.authority
    url = f"http://{_bracketed(https.reached_at(host))}:{trust_port}/"
    return source, Trust(url, authority.root_file, authority.fingerprint, authority.made)


def _granian(target: str, interface: str, host: str, port: int, *more: str) -> tuple[str, ...]:
    return (
        "bulou.config.listener",
        *("--interface", interface, "--host", host, "--port", str(port), "--workers", "1"),
        *("--log-level", "warning", "--workers-kill-timeout", "5", "--ssl-protocol-min", "tls1.2"),
        *more,
        target,
    )


def free_port(host: str, port: int = 0) -> int:
    """`port`, or any, if it is free at this moment; else NotReady.

    Asked before the server starts, because granian shares a port with whoever has it already
    (SO_REUSEPORT): two installations would get half of the phones each.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = shown(error.strerror or error, 100)
            zh = "端口已被占用" if error.errno == errno.EADDRINUSE else why
            raise database.NotReady(
                f"不能在 {host} 的端口 {port} 上提供服务：{zh}。", f"cannot listen on {host} port {port}: {why}."
            ) from None
        return probe.getsockname()[1]


def _reachable(host: str) -> str:
    return _bracketed({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _foreign(name: str) -> bool:
    """Whether a variable is none of ours: the process that listens in clear gets no secret of the installation."""
    return not name.startswith(("BULOU_", "PG"))


def _wait(child: Child, url: str, stop: threading.Event) -> None:
    """Wait until `url` answers 200, or `stop` is set."""
    deadline = time.monotonic() + READY_SECONDS
    with httpx.Client(verify=False, trust_env=False, timeout=5) as client:
        while not stop.is_set():
            try:
                if client.get(url).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            if time.monotonic() > deadline or child.deaths >= 3:
                raise _silent(child)
            stop.wait(0.05)


def _silent(child: Child) -> database.NotReady:
    """Return what is told of a process that does not come up; the last line of its log, and where the rest is."""
    lines = child.last_words().strip().splitlines() or [""]
    last = shown(lines[-1], 200)
    return database.NotReady(
        f"进程 {child.name} 没有应答：{last}；详见 {child.log}。",
        f"the {child.name} does not answer: {last}; more in {child.log}.",
    )


def _watched(cluster: Cluster) -> AbstractContextManager[None]:
    """Start the embedded database again whenever it has died."""

    def look() -> None:
        if cluster.postmaster() is None:
            cluster.start()

    return every(DATABASE_SECONDS, look, "database", (ServerFailed, OSError, psycopg.OperationalError))
