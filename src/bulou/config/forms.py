"""The forms that the value of a setting or of an option may have. Pure but for the files that they name."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from bulou.field import codes

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?")


@dataclass(frozen=True)
class Form:
    """``read`` turns a text into the value or raises ValueError; ``zh`` and ``en`` say what it must be.

    ``name``: what the table of the manual calls it.
    """

    name: str
    zh: str
    en: str
    read: Callable[[str], Any]


def plain(text: str) -> str:
    """Return a text that can be stored and shown.

    Raises:
        ValueError: it holds control characters, or bytes that are not UTF-8.
    """
    if not all(one.isprintable() for one in text):
        raise ValueError(text)
    text.encode()  # a lone surrogate is a UnicodeEncodeError, which is a ValueError
    return text


def words(*choices: str) -> Form:
    """One of a few words, written exactly so."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    either = ", ".join(choices[:-1]) + (" or " if choices[1:] else "") + choices[-1]
    return Form("word", "应为 " + " 或 ".join(choices), "it must be " + either, read)


def whole(least: int, most: int) -> Form:
    """A whole number within bounds."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text) or not least <= int(text) <= most:
            raise ValueError(text)
        return int(text)

    return Form("number", f"应为 {least} 至 {most} 的整数", f"it must be a whole number from {least} to {most}", read)


def number(least: float, most: float) -> Form:
    """A number within bounds, fractions too."""

    def read(text: str) -> float:
        value = float(text)
        if not math.isfinite(value) or not least <= value <= most:
            raise ValueError(text)
        return value

    return Form("number", f"应为 {least:g} 至 {most:g} 的数", f"it must be a number from {least:g} to {most:g}", read)


def key(least: int) -> Form:
    """A secret of some length, in letters, digits and signs."""

    def read(text: str) -> str:
        if len(text) < least or not text.isascii() or " " in plain(text):
            raise ValueError("too short")
        return text

    return Form(
        "secret",
        f"应为至少 {least} 个字符的密钥（字母、数字、符号，无空格）",
        f"it must be a key of {least} characters or more: letters, digits and signs, no spaces",
        read,
    )


def _folder(text: str) -> str:
    if not plain(text).strip():
        raise ValueError(text)
    return text


def _file(text: str) -> Path:
    path = Path(_folder(text))
    if not path.is_file():
        raise ValueError(text)
    with path.open("rb"):
        return path


def _codes(text: str) -> Path:
    path = _file(text)
    codes.load(path)
    return path


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(plain(text))
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(text) from error


def _database(text: str) -> str:
    try:
        conninfo_to_dict(plain(text))
    except ProgrammingError:
        raise ValueError("no URL of a database") from None  # without the text, which holds a password
    return text


def host(text: str) -> str:
    """Return a host name or an IP address.

    Raises:
        ValueError: it is neither.
    """
    try:
        ip_address(text)
    except ValueError:
        if not _NAME.fullmatch(text.lower()) or re.fullmatch(r"[0-9.]+", text):
            raise ValueError(text) from None
    return text


def origin(schemes: tuple[str, ...]) -> Callable[[str], str]:
    """Return a reader of addresses that are a scheme, a host and perhaps a port; in clear on this machine alone."""

    def read(text: str) -> str:
        parts = urlsplit(plain(text))
        host(parts.hostname or "")
        if parts.scheme not in schemes or (parts.port == 0) or parts.username is not None or " " in text:
            raise ValueError(text)
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError(text)
        return text.rstrip("/")

    return read


def _public(text: str) -> str:
    found = origin(("https", "http"))(text)
    if found.startswith("http:") and urlsplit(found).hostname not in LOOPBACK:
        raise ValueError(text)
    return found


def _gateway(text: str) -> str:
    parts = urlsplit(plain(text))
    origin(("https", "http"))(f"{parts.scheme}://{parts.netloc}")
    if parts.fragment or " " in text or (parts.scheme == "http" and parts.hostname not in LOOPBACK):
        raise ValueError(text)
    return text


def _fingerprint(text: str) -> str:
    if not re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", text):
        raise ValueError(text)
    return text


def _day(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].{1,30})?", text):
        raise ValueError(text)
    if not 1900 <= datetime.fromisoformat(text).year <= 2200:  # near its ends the calendar overflows
        raise ValueError(text)
    return text


FOLDER = Form("folder", "应为一个目录的路径", "it must be the path of a folder", _folder)
FILE = Form("file", "应为一个可读文件的路径", "it must be the path of a file that can be read", _file)
CODES = Form("file", FILE.zh, FILE.en, _codes)
ZONE = Form(
    "time zone",
    "应为 IANA 时区名，如 Asia/Shanghai",
    "it must be a time zone of the IANA list, such as Asia/Shanghai",
    _zone,
)
DATABASE = Form(
    "address of a database",
    "应为 PostgreSQL 地址，如 postgresql://用户:口令@主机:5432/数据库",
    "it must be the URL of a PostgreSQL database, such as postgresql://user:password@host:5432/name",
    _database,
)
PUBLIC = Form(
    "web address",
    "应为不带路径的网址，如 https://bulou.example:8000；http 只可用于本机",
    "it must be an address without a path, such as https://bulou.example:8000; http only on this machine",
    _public,
)
GATEWAY = Form(
    "web address",
    "应为网址，如 https://sms.example/send；http 只可用于本机",
    "it must be a web address, such as https://sms.example/send; http only on this machine",
    _gateway,
)
INNER = Form("web address", "应为不带路径的网址", "it must be an address without a path", origin(("http", "https")))
FINGERPRINT = Form(
    "fingerprint", "应为证书的 SHA-256 指纹", "it must be the SHA-256 fingerprint of a certificate", _fingerprint
)
PORT = whole(0, 65535)
HOST = Form(
    "host",
    "应为本机的主机名或 IP 地址",
    "it must be a host name or an IP address of this machine",
    host,
)
DAY = Form("date", "应为日期，如 2022-04-04", "it must be a date such as 2022-04-04", _day)
SWITCH = words("0", "1")
