"""The phone's app as it was built into ``static/phone/``: small files, kept in memory, with the headers of an app that
works offline. What has its digest in its name never changes; everything else is asked for again.
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

FOLDER = Path(__file__).parent / "static" / "phone"
INDEX = "index.html"
#: Vite puts here what it names by its content.
HASHED = "assets/"
POLICY = "; ".join((
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",  # the reader of codes is WebAssembly
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip
HEADERS = {
    "content-security-policy": POLICY,
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
}
#: Types that not every machine knows.
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm",
         ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml"}  # fmt: skip
SQUEEZED = (("br", ".br"), ("gzip", ".gz"))
MISSING = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>503</title>
<h1>手机应用尚未构建</h1><p>请管理员在安装目录运行 make front, 然后重启服务。</p>
<p lang="en">The phone's app was not built. Run make front where Bulou is installed, then start the service again.</p>
"""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the app: its bytes by encoding ("" as it is), its type, its tag, whether its name holds its digest."""

    bodies: dict[str, bytes]
    type: str
    tag: str
    hashed: bool


def load(folder: Path = FOLDER) -> dict[str, File]:
    """Return the files of a built app by their path below it; none where nothing was built."""
    found = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.suffix in (".br", ".gz"):
            continue
        content = path.read_bytes()
        bodies = {"": content}
        for encoding, suffix in SQUEEZED:
            squeezed = path.with_name(path.name + suffix)
            if squeezed.is_file():
                bodies[encoding] = squeezed.read_bytes()
        type_ = TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        tag = f'"{blake2b(content, digest_size=12).hexdigest()}"'
        found[name] = File(bodies, type_, tag, name.startswith(HASHED))
    return found


async def serve(request: Request) -> Response:
    """Return a file of the app; an address that the app itself understands gives its first page."""
    files: dict[str, File] = request.app.state.app
    if INDEX not in files:
        return Response(MISSING, 503, HEADERS | {"cache-control": "no-store"}, "text/html; charset=utf-8")
    name = request.path_params["path"]
    file = files.get(name)
    if file is None:
        if name.startswith(HASHED):  # of an older build: a page instead of a script would only confuse
            return Response("", 404, HEADERS | {"cache-control": "no-store"})
        file = files[INDEX]
    headers = HEADERS | {
        "cache-control": "public, max-age=31536000, immutable" if file.hashed else "no-cache",
        "etag": file.tag,
    }
    if len(file.bodies) > 1:
        headers["vary"] = "accept-encoding"
    if file.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    accepted = {part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
    encoding = next((name for name, _ in SQUEEZED if name in accepted and name in file.bodies), "")
    if encoding:
        headers["content-encoding"] = encoding
    content = file.bodies[encoding]
    if request.method == "HEAD":
        return Response(b"", 200, headers | {"content-length": str(len(content))}, file.type)
    return Response(content, 200, headers, file.type)


async def to_app(request: Request) -> Response:
    """Lead to the folder: what the page names beside itself is found only there."""
    return RedirectResponse("/field/app/")
