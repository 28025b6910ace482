"""`bulou serve`: the whole installation in the foreground."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from bulou.config import logs
from bulou.config.supervisor import LOOPBACK, running
from bulou.desk import front

HELP = "start and supervise the database, the desk and the field door 启动服务"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port; 0 takes a free one (default: %(default)s)")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain, PEM")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its key, PEM (PKCS#8)")


def run(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    logs.process = "supervisor"
    if bool(options.tls_cert) != bool(options.tls_key):
        print("bulou: --tls-cert and --tls-key go together", file=sys.stderr)
        return 2
    if options.host not in LOOPBACK and not options.tls_cert:
        print(
            "bulou: names and results do not travel in clear: give --tls-cert and --tls-key, or stay on 127.0.0.1"
            " 非本机监听必须使用证书",
            file=sys.stderr,
        )
        return 2
    if not front.addresses():
        print("bulou: the desk has no style yet: run `make front` 页面样式尚未构建：请运行 make front", file=sys.stderr)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with running(
        options.data,
        host=options.host,
        port=options.port,
        tls=(options.tls_cert, options.tls_key) if options.tls_cert else None,
        stop=stop,
    ) as server:
        print(server.url, flush=True)
        stop.wait()
    return 0
