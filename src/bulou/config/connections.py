"""Which database the process talks to, and as whom.

Two Django connections lead to one database: `default` logs in as the application role, which row
level security binds; `owner` owns the tables and is used for migrations and verify alone.
"""

import os
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from bulou.config.data_folder import Folder
from bulou.config.environment import read
from bulou.config.postgres import APPLICATION, OWNER, Cluster

BOTH = ("default", "owner")
# A server that has gone without a word (its machine is off, the cable is out) is noticed within this time; only the
# network needs it. What the URL says comes first.
PATIENCE = {"connect_timeout": "10", "keepalives_idle": "10", "keepalives_interval": "5", "tcp_user_timeout": "20000"}
#: Django tells the driver to prepare nothing. The intake asks for it by statement; so many runs of another never come.
ONLY_WHEN_ASKED = 2**31


#: Seconds that a connection is kept. A new one costs the server a process, which reads the catalogue and plans each of
#: a page's statements anew: a page that took 35 ms took 150. Not for ever, because such a process only grows.
KEPT_S = 3600


@dataclass(frozen=True)
class Urls:
    """The connection URLs of one database: as the application role, and as the owner or None."""

    application: str
    owner: str | None


def urls(data: str | os.PathLike[str] | None = None) -> Urls:
    """The URLs of the server given by the environment, else of the data folder's own cluster.

    Starts nothing. Writes the folder's secrets when there are none yet.
    """
    if server := read("BULOU_DATABASE_URL"):
        return Urls(server, read("BULOU_OWNER_URL") or None)
    cluster = Cluster(data or read("BULOU_DATA"))
    return Urls(cluster.url(APPLICATION), cluster.url(OWNER))


def as_django(url: str) -> dict:
    """A Django database entry from a libpq URL.

    Raises ImproperlyConfigured when it cannot be read (the URL is not shown: it holds a password).
    """
    try:
        parts = conninfo_to_dict(url)
    except Exception as error:
        raise ImproperlyConfigured("the database URL cannot be read") from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "bulou"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": KEPT_S,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**PATIENCE, **parts, "prepare_threshold": ONLY_WHEN_ASKED, "application_name": "bulou"},
    }


def as_django_pair(given: Urls) -> dict[str, dict]:
    """The entries `default` and, when the owner is known, `owner`."""
    pair = {"default": as_django(given.application)}
    if given.owner:
        pair["owner"] = as_django(given.owner)
    return pair


def from_environment() -> dict[str, dict]:
    """DATABASES of the settings: the server, or the embedded cluster of BULOU_DATA.

    A folder that was never prepared gives entries without a host: importing the settings (for
    translations, say) must not create a data folder.
    """
    if read("BULOU_DATABASE_URL") or (Folder(read("BULOU_DATA")).path / "secrets.json").exists():
        return as_django_pair(urls())
    nowhere = "postgresql:///bulou?host=/nonexistent"
    return as_django_pair(Urls(nowhere, nowhere))


def signing_key() -> str:
    """The key that signs sessions. A process without a data folder gets one of its own."""
    if key := read("BULOU_SECRET_KEY"):
        return key
    folder = Folder(read("BULOU_DATA"))
    if (folder.path / "secrets.json").exists():
        return folder.secrets()["django"]
    return os.urandom(32).hex()


def bind(given: Urls) -> None:
    """Point Django's connections of this process at `given`, closing those that were open."""
    from django.conf import settings
    from django.db import connections

    if not settings.configured:
        return  # the settings will read the environment
    for alias, entry in as_django_pair(given).items():
        if hasattr(connections._connections, alias):
            connections[alias].close()
            del connections[alias]
        settings.DATABASES[alias] = entry
        connections.settings[alias] = entry
    connections.settings = connections.configure_settings(connections.settings)


class OwnerMigrates:
    """Database router: tables are made through `owner`; everything is read and written by default."""

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        """Whether migrations may run on connection `db`."""
        return db == "owner"

    def allow_relation(self, one: object, other: object, **hints: object) -> bool:
        """Both aliases are the same database."""
        return True
