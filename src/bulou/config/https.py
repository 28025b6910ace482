"""Which certificate the field door shows, and what happens when its end comes near while it runs.

A given certificate wins; its files are looked at, so that another program may renew them. Without one the local
authority of the data folder issues it. Either way the door, and it alone, is started again with the new one: phones
wait a second and send again.
"""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psutil
from cryptography import x509

from bulou.config.data_folder import Folder
from bulou.config.database import NotReady
from bulou.config.local_ca import Authority, NotPermitted, address, permits
from bulou.config.periodic import every
from bulou.config.told import shown

log = logging.getLogger(__name__)
LOOK_SECONDS = 3600.0
#: A given certificate that ends within these days is told of in the log at each look.
WARN_DAYS = 14
EVERYWHERE = {"0.0.0.0": (socket.AF_INET,), "::": (socket.AF_INET, socket.AF_INET6)}


class Source(Protocol):
    """Where the door's certificate comes from. ``files``: chain and key; the same file may hold both."""

    files: tuple[Path, Path]

    def look(self, now: datetime) -> bool:
        """Return whether the files hold another certificate than at the last look."""
        ...


class Given:
    """A certificate of the installation's own."""

    def __init__(self, chain: Path, key: Path, now: datetime) -> None:
        self.files = (chain, key)
        self._held: tuple[bytes, ...] = ()
        self.look(now)

    def look(self, now: datetime) -> bool:
        """Read the files anew; warn when the certificate ends soon."""
        try:
            held = tuple(file.read_bytes() for file in self.files)
            until = x509.load_pem_x509_certificate(held[0]).not_valid_after_utc
        except (OSError, ValueError) as error:
            if not self._held:
                why = shown(error, 200)
                raise NotReady(
                    f"{self.files[0]} 与 {self.files[1]} 中没有可用的证书和密钥：{why}",
                    f"no certificate in {self.files[0]} with its key in {self.files[1]}: {why}",
                ) from None
            log.warning("the certificate cannot be read: %s", type(error).__name__)
            return False
        if until < now + timedelta(days=WARN_DAYS):
            log.warning("the certificate ends at %s: renew its files", until.isoformat())
        other, self._held = self._held not in ((), held), held
        return other


class Local:
    """A certificate of the local authority for ``host``, ``public`` and the addresses that this machine has."""

    def __init__(self, folder: Folder, host: str, public: str, now: datetime) -> None:
        """Make the authority when there is none.

        Raises:
            NotReady: its root was made for other names than an address that was asked for.
        """
        self._host, self._asked = host, {name.lower() for name in (host, public) if name and name not in EVERYWHERE}
        self.authority = Authority(folder, self._asked | found(host), now)
        self.files = (self.authority.server_file, self.authority.server_file)
        try:
            self.look(now)
        except NotPermitted as error:
            raise NotReady(
                f"本地根证书不含 {error}：请提供证书，或删除 {self.authority.path} 以新建根证书，"
                "之后每部手机须重新安装。",
                f"the local root was not made for {error}: give a certificate, or remove {self.authority.path}"
                " for a new root, which every phone must install again.",
            ) from error

    def look(self, now: datetime) -> bool:
        """Issue anew when an address was added or the end is near; a found address beyond the root is left out."""
        names = self._asked | {name for name in found(self._host) if permits(self.authority.root, name)}
        return self.authority.renew(names, now)


def watched(source: Source, changed: Callable[[], None]) -> AbstractContextManager[None]:
    """Look at the certificate every LOOK_SECONDS inside the block; call ``changed`` when there is another."""

    def look() -> None:
        if source.look(datetime.now(UTC)):
            log.info("another certificate: the door starts again")
            changed()

    return every(LOOK_SECONDS, look, "certificate", (OSError, ValueError))


def found(host: str) -> set[str]:
    """Return the names and addresses under which a server that listens on ``host`` may be reached besides it."""
    if host not in EVERYWHERE:
        return set()
    named = {"localhost", "127.0.0.1"}
    own = socket.gethostname().lower()
    if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", own) and address(own) is None:
        named |= {own, own if "." in own else f"{own}.local"}
    for interface in psutil.net_if_addrs().values():
        for one in interface:
            ip = address(one.address) if one.family in EVERYWHERE[host] else None
            if ip is not None and not (ip.is_link_local or ip.is_multicast):
                named.add(str(ip))
    return named


def reached_at(host: str) -> str:
    """Return the address of this machine that phones can use: for "everywhere" the one of the way out, else ``host``.

    An address and no name: on many local networks nobody knows the names of machines.
    """
    if host not in EVERYWHERE:
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(("192.0.2.1", 9))  # reserved for documents; nothing is sent
            return str(way.getsockname()[0])
        except OSError:
            return socket.gethostname()


def host_of(url: str) -> str:
    """Return the host in an address, "" when there is none."""
    return urlsplit(url).hostname or ""
