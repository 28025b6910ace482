"""From an error to what the person at the terminal is told of it: the one place that decides.

What a user can cause (a full disk, a folder that may not be written, a server that does not answer) is one sentence
and exit status 2, without a traceback. Everything else is a fault of ours: exit status 1, and where it happened, for
whoever mends it. A fault's message is not told, because it may hold a person's data; under BULOU_DEBUG it is.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg

from bulou.config.told import Told, chinese, say, shown

#: Kinds of a system's refusal that a user can cause, as (zh, en); each is about a file or folder.
REFUSED: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("磁盘已满", "the disk is full"),
    errno.EDQUOT: ("磁盘配额已用完", "the quota of the disk is used up"),
    errno.EFBIG: ("文件超过了允许的大小", "the file would be larger than allowed"),
    errno.EROFS: ("所在磁盘只能读取，不能写入", "the disk can only be read"),
    errno.EACCES: ("没有读写权限", "there is no permission to read or write it"),
    errno.EPERM: ("没有所需的权限", "there is no permission for it"),
    errno.ENOENT: ("不存在", "it does not exist"),
    errno.EEXIST: ("已存在", "it exists already"),
    errno.ENOTEMPTY: ("不是空目录", "it is not empty"),
    errno.ENOTDIR: ("路径中有一段不是目录", "a part of the path is not a folder"),
    errno.EISDIR: ("是目录而不是文件", "it is a folder, not a file"),
    errno.ENAMETOOLONG: ("路径太长", "the path is too long"),
    errno.ELOOP: ("符号链接互相指向", "symbolic links lead in a circle"),
    errno.EIO: ("磁盘读写出错", "the disk fails to read or write"),
    errno.ETXTBSY: ("文件正在使用", "it is in use"),
    errno.EBUSY: ("正在使用", "it is in use"),
    errno.EMFILE: ("打开的文件太多", "too many files are open"),
    errno.ENFILE: ("系统打开的文件太多", "the system has too many files open"),
    errno.ENOMEM: ("内存不足", "there is not enough memory"),
    errno.EAGAIN: ("系统资源不足", "the system has no room for another process"),
    errno.EADDRINUSE: ("地址或端口已被占用", "the address or port is taken"),
    errno.EADDRNOTAVAIL: ("本机没有这个地址", "this machine has no such address"),
}
#: Classes and codes of SQLSTATE that tell of the server and not of a statement.
SERVER = {
    "28": ("数据库拒绝登录，请检查地址中的用户和口令", "the database refuses user or password of its URL"),
    "3D": ("数据库服务器上没有这个数据库", "the server has no such database"),
    "42501": ("数据库角色没有所需的权限", "the role of the database lacks a right that is needed"),
    "53100": ("数据库所在磁盘已满", "the database's disk is full"),
    "53200": ("数据库内存不足", "the database has not enough memory"),
    "53300": ("数据库连接已满", "the database takes no more connections"),
    "57": ("数据库正在停止或启动，请稍后重试", "the database is stopping or starting: try again in a moment"),
    "08": ("与数据库的连接中断", "the connection to the database was lost"),
    "58": ("数据库所在系统读写出错", "the database's system fails to read or write"),
    "25006": ("数据库只能读取，不能写入", "the database can only be read"),
}  # fmt: skip
#: Of a connection that was refused the library hands on the words alone.
LIBPQ = (
    ("password authentication failed", "28"), ("no password supplied", "28"), ('role "', "28"),
    ("does not exist", "3D"),
    ("too many clients", "53300"), ("remaining connection slots", "53300"), ("is starting up", "57"),
    ("is shutting down", "57"), ("No space left", "53100"),
)  # fmt: skip


def of(error: BaseException) -> Told | None:
    """Return what is told of an error that a user can cause; None for a fault of ours."""
    for one in _causes(error):
        if isinstance(one, Told):
            return one
        if isinstance(one, OSError) and one.errno in REFUSED:
            return _refused(one)
        if isinstance(one, psycopg.Error) and (told := _server(one)):
            return told
        if isinstance(one, UnicodeEncodeError) and one.reason == "surrogates not allowed":
            return Told("输入中有不是 UTF-8 的字节。", "there are bytes in the input that are not UTF-8.")
        if isinstance(one, MemoryError):
            return Told("内存不足。", "there is not enough memory.")
    return None


def ended(error: BaseException) -> int:
    """Say what has to be said of an error that ended a command; return the exit status."""
    told = of(error)
    if told is not None:
        say(told.sentence)
        return told.status
    say(
        f"程序出错（{type(error).__name__}），这不是您的操作造成的。请把以下位置交给维护人员："
        if chinese()
        else f"a fault of the program ({type(error).__name__}), not of yours. Please pass on where it happened:"
    )
    with suppress(OSError, ValueError):
        for line in _where(error):
            print(line, file=sys.stderr)
    return 1


def _refused(error: OSError) -> Told:
    zh, en = REFUSED[error.errno or 0]
    name = shown(os.fsdecode(error.filename), 200) if isinstance(error.filename, str | bytes | os.PathLike) else ""
    return Told(f"{name}：{zh}。" if name else f"{zh}。", f"{name}: {en}." if name else f"{en}.")


def _server(error: psycopg.Error) -> Told | None:
    state = error.sqlstate or ""
    found = SERVER.get(state) or SERVER.get(state[:2])
    if found is None and isinstance(error, psycopg.OperationalError) and not state:
        why = _of_libpq(str(error))
        for said, code in LIBPQ:
            if said in why:
                return Told(f"{SERVER[code][0]}。", f"{SERVER[code][1]}.")
        found = (f"连不上数据库服务器（{why}）", f"the database server cannot be reached ({why})")
    return Told(f"{found[0]}。", f"{found[1]}.") if found else None


def _of_libpq(text: str) -> str:
    """Return the last line of what the library says of a connection that failed; no password is in it."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("Multiple connection")]
    return shown(lines[-1].removeprefix("- ") if lines else "no connection", 200)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it came from; an error that merely happened while another was handled is its own."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__


def _where(error: BaseException) -> Iterator[str]:
    for one in _causes(error):
        message = f": {one}" if os.environ.get("BULOU_DEBUG") == "1" else ""
        yield f"{type(one).__name__}{message}"
        for frame in reversed(traceback.extract_tb(one.__traceback__)):
            yield f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}"
