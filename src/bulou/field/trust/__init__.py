"""The guided page that makes a phone trust the local root, and the files that it installs.

It must be reachable before HTTPS is trusted, so it is served twice: by the door below /field/trust/, and by ``plain``
in clear on a port of its own, in a process that holds no secret and no connection to the database.
"""

from __future__ import annotations

import html
import plistlib
import ssl
import uuid
from dataclasses import dataclass
from pathlib import Path
from string import Template

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HERE = Path(__file__).parent
AUTHORITY = "application/x-x509-ca-cert"
KINDS = {"trust.css": "text/css", "trust.js": "text/javascript", "check.svg": "image/svg+xml"}


@dataclass(frozen=True)
class Local:
    """The local root of an installation: the address people use, the root's fingerprint, its file, the language.

    Whoever serves ``routes`` has it as ``app.state.trust``.
    """

    home: str
    fingerprint: str
    file: str
    language: str


def _local(request: Request) -> Local:
    return request.app.state.trust


def _root(request: Request) -> str:
    """Return the root as PEM.

    Raises:
        HTTPException: 404, this installation has no local root.
    """
    file = _local(request).file
    if not file:
        raise HTTPException(404)
    return Path(file).read_text()


async def page(request: Request) -> Response:
    """Show the steps for each kind of phone; ``lang`` chooses the language."""
    _root(request)
    local = _local(request)
    wanted = request.query_params.get("lang") or local.language
    name = "en" if wanted.startswith("en") else "zh"
    said = {"home": local.home, "fingerprint": local.fingerprint}
    text = Template((HERE / f"page.{name}.html").read_text("utf-8"))
    policy = f"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' {local.home}; base-uri 'none'"
    headers = {"content-security-policy": f"{policy}; frame-ancestors 'none'; form-action 'none'"}
    return _answer(text.substitute({key: html.escape(value) for key, value in said.items()}), "text/html", **headers)


async def pem(request: Request) -> Response:
    """Return the root as text."""
    return _answer(_root(request), AUTHORITY)


async def crt(request: Request) -> Response:
    """Return the root in the binary form that phones' settings expect."""
    return _answer(ssl.PEM_cert_to_DER_cert(_root(request)), AUTHORITY)


async def profile(request: Request) -> Response:
    """Return the root as a configuration profile of Apple's devices."""
    der = ssl.PEM_cert_to_DER_cert(_root(request))
    mark = _local(request).fingerprint
    inner = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"bulou.root.{mark[:8]}",
        "PayloadUUID": _uuid("certificate", mark),
        "PayloadDisplayName": "Bulou 不漏",
        "PayloadCertificateFileName": "bulou-root.crt",
        "PayloadContent": der,
    }
    outer = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"bulou.trust.{mark[:8]}",
        "PayloadUUID": _uuid("profile", mark),
        "PayloadDisplayName": "Bulou 不漏",
        "PayloadDescription": f"SHA-256 {mark}",
        "PayloadContent": [inner],
    }
    return _answer(plistlib.dumps(outer), "application/x-apple-aspen-config")


def _uuid(what: str, mark: str) -> str:
    """The same root gives the same profile, so that installing it twice replaces it."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"bulou {what} {mark}")).upper()


async def part(request: Request) -> Response:
    """Return one of the page's own files."""
    name = request.path_params["name"]
    if name not in KINDS:
        raise HTTPException(404)
    return _answer((HERE / name).read_bytes(), KINDS[name])


def _answer(content: str | bytes, kind: str, **headers: str) -> Response:
    return Response(content, 200, {"cache-control": "no-store", **headers}, kind)


routes = [
    Route("/", page, methods=["GET"]),
    Route("/root.crt", crt, methods=["GET"]),
    Route("/root.pem", pem, methods=["GET"]),
    Route("/root.mobileconfig", profile, methods=["GET"]),
    Route("/{name}", part, methods=["GET"]),
]


# -- the plain listener --------------------------------------------------------------------------


async def to_page(request: Request) -> Response:
    """Lead from the short address to the page."""
    return RedirectResponse("/field/trust/", 302, {"cache-control": "no-store"})


async def to_https(request: Request) -> Response:
    """Send everything else to where it may be said."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{_local(request).home}{request.url.path}{query}", 302, {"cache-control": "no-store"})


class Guarded:
    """Middleware: two headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]
            await send(message)

        await self._app(scope, receive, guarded)


def plain(local: Local) -> Starlette:
    """Return the listener in clear: the page and its files, and the way to HTTPS for everything else."""
    made = Starlette(
        routes=[
            Route("/", to_page, methods=["GET"]),
            Mount("/field/trust", routes=routes),
            Route("/{rest:path}", to_https, methods=["GET"]),
        ],
        middleware=[Middleware(Guarded)],
    )
    made.state.trust = local
    return made
