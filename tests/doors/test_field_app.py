"""The phone's app is served with the headers of an app that works offline; without a build that is said plainly."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bulou.field import app


@dataclass
class Client:
    """Asks the routes of the app, as the door mounts them."""

    files: dict[str, app.File]

    def get(self, path: str, method: str = "GET", **headers: str) -> httpx.Response:
        asgi = Starlette(
            routes=[
                Route("/field/app", app.to_app, methods=["GET"]),
                Route("/field/app/{path:path}", app.serve, methods=["GET"]),
            ]
        )
        asgi.state.app = self.files

        async def ask() -> httpx.Response:
            transport: Any = httpx.ASGITransport(asgi)
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(ask())


@pytest.fixture
def built(tmp_path: Path) -> Client:
    for name, content in {
        "index.html": b"<!doctype html>", "sw.js": b"self", "manifest.webmanifest": b"{}",
        "assets/index-Ab12.js": b"plain script", "assets/index-Ab12.js.br": b"BR", "assets/index-Ab12.js.gz": b"GZ",
        "assets/reader-9.wasm": b"\0asm",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return Client(app.load(tmp_path))


@pytest.mark.parametrize("path", ["/field/app/", "/field/app/index.html", "/field/app/doors/12"])
def test_every_address_of_the_app_gives_its_first_page(built: Client, path: str) -> None:
    reply = built.get(path)
    assert (reply.status_code, reply.content) == (200, b"<!doctype html>")
    assert reply.headers["cache-control"] == "no-cache"
    assert reply.headers["content-type"].startswith("text/html")
    policy = reply.headers["content-security-policy"]
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy and "unsafe-inline" not in policy
    assert "camera=(self)" in reply.headers["permissions-policy"]


def test_what_is_named_by_its_content_is_kept_for_ever(built: Client) -> None:
    plain = built.get("/field/app/assets/index-Ab12.js", **{"accept-encoding": "identity"})
    assert (plain.content, plain.headers["content-type"]) == (b"plain script", "text/javascript; charset=utf-8")
    assert "immutable" in plain.headers["cache-control"]
    for accepted, encoding in (("gzip, br;q=0.9", "br"), ("gzip", "gzip")):
        reply = built.get("/field/app/assets/index-Ab12.js", "HEAD", **{"accept-encoding": accepted})
        assert (reply.headers["content-encoding"], reply.headers["content-length"]) == (encoding, "2")
        assert reply.headers["vary"] == "accept-encoding"
    assert built.get("/field/app/assets/reader-9.wasm").headers["content-type"] == "application/wasm"
    assert built.get("/field/app/assets/index-OLD.js").status_code == 404
    assert built.get("/field/app/assets/index-Ab12.js.br").status_code == 404


def test_the_service_worker_is_asked_for_each_time(built: Client) -> None:
    first = built.get("/field/app/sw.js")
    assert (first.headers["cache-control"], first.headers["content-type"]) == (
        "no-cache",
        "text/javascript; charset=utf-8",
    )
    again = built.get("/field/app/sw.js", **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = built.get("/field/app/sw.js", "HEAD")
    assert (head.content, head.headers["content-length"]) == (b"", "4")


def test_without_its_stroke_the_address_leads_to_the_folder(built: Client) -> None:
    reply = built.get("/field/app")
    assert (reply.status_code, reply.headers["location"]) == (307, "/field/app/")


def test_an_app_that_was_not_built_says_so(tmp_path: Path) -> None:
    reply = Client(app.load(tmp_path / "nothing")).get("/field/app/")
    assert reply.status_code == 503
    assert "尚未构建" in reply.text and "make front" in reply.text


def test_no_address_leaves_the_folder(built: Client) -> None:
    for path in ("/field/app/../door.py", "/field/app/..%2f..%2fdoor.py", "/field/app/%2e%2e/app.py"):
        assert b"def " not in built.get(path).content
