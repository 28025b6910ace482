"""`bulou serve`: the whole installation in the foreground."""

import argparse
import signal
import sys
import threading
from pathlib import Path

import segno

from bulou.config import forms, logs
from bulou.config.command_parser import typed
from bulou.config.data_folder import Folder
from bulou.config.environment import read
from bulou.config.supervisor import Trust, running
from bulou.config.told import Told
from bulou.ui import assets

HELP = "start and supervise the database, the desk and the field door 启动服务"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--host", type=typed(forms.HOST), default="127.0.0.1", help="address to listen on (default: %(default)s)"
    )
    parser.add_argument(
        "--port", type=typed(forms.PORT), default=8000, help="port; 0 takes a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--trust-port",
        type=typed(forms.PORT),
        default=8001,
        metavar="PORT",
        help="port of the page in clear on which phones learn to trust the local root; 0 takes a free one"
        " (default: %(default)s)",
    )
    parser.add_argument(
        "--tls-cert",
        type=typed(forms.FILE),
        metavar="FILE",
        help="certificate chain, PEM; without it the local authority of the data folder issues one; none on 127.0.0.1",
    )
    parser.add_argument("--tls-key", type=typed(forms.FILE), metavar="FILE", help="its key, PEM (PKCS#8)")


def run(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    logs.process = "supervisor"
    if bool(options.tls_cert) != bool(options.tls_key):
        raise Told("--tls-cert 与 --tls-key 须一起给出。", "--tls-cert and --tls-key go together.")
    if not assets.addresses():
        print("bulou: the desk has no style yet: run `make front` 页面样式尚未构建：请运行 make front", file=sys.stderr)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with running(
        options.data,
        host=options.host,
        port=options.port,
        tls=(options.tls_cert, options.tls_key) if options.tls_cert else None,
        trust_port=options.trust_port,
        stop=stop,
    ) as server:
        print(server.url, flush=True)
        if server.trust is not None:
            _show(server.trust)
        _first_user(Folder(options.data or read("BULOU_DATA")).path, server.url)
        stop.wait()
    return 0


def _first_user(folder: Path, url: str) -> None:
    """Say where the first user is made in the browser, while there is none; the address is good once."""
    from django.db import connection
    from django.urls import reverse

    from bulou.desk.accounts import first_user

    try:
        if first_user.needed():
            address = url + reverse("first-user", kwargs={"code": first_user.offer(folder)})
            print(f"make the first user 建立第一个用户: {address}", flush=True)
        else:
            first_user.withdraw(folder)
    finally:
        connection.close()


def _show(trust: Trust) -> None:
    """Say how phones come to trust the local root; the code is for a terminal alone."""
    print(f"phones first open 手机先打开: {trust.url}")
    print(f"SHA-256 of the root 根证书指纹: {trust.fingerprint}", flush=True)
    if trust.made:
        print("bulou: a new local root: every phone must install it 新建了根证书，每部手机都要安装", file=sys.stderr)
    if sys.stdout.isatty():
        segno.make(trust.url, error="m").terminal(compact=True)
