"""One origin: what is not the door's own is handed to the desk, here a real server that tells what it heard."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.doors.field_door import Door
from tests.faults.checks import eventually

#: A page goes another way through the door than a part that an open page asks for.
PAGE, PART = {}, {"x-bulou-part": "live"}
both_ways = pytest.mark.parametrize("way", [PAGE, PART], ids=["page", "part"])


class Desk(BaseHTTPRequestHandler):
    """Answers with what it heard; sets a cookie of its own for each session that asks."""

    protocol_version = "HTTP/1.1"

    hung_up = False
    left_alone = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/after-a-restart" and not Desk.hung_up:
            Desk.hung_up = self.close_connection = True
            return
        if self.path in ("/endless", "/half"):
            self._large()
            return
        if self.path == "/large":
            self.send_response(200)
            self.send_header("Content-Length", str(2**20))
            self.end_headers()
            self.wfile.write(bytes(2**20))
            return
        size = int(self.headers.get("content-length") or 0)
        got = self.rfile.read(size) if size else self._chunks()
        heard = {"method": self.command, "path": self.path, "size": len(got), "headers": self.headers.items()}
        content = json.dumps(heard).encode()
        self.send_response(418 if self.path == "/teapot" else 200)
        self.send_header("Set-Cookie", f"session={self.headers.get('x-user', '')}; Path=/")
        self.send_header("Set-Cookie", "second=1; Path=/")
        self.send_header("Connection", "x-inner")
        self.send_header("X-Inner", "secret")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_POST = do_HEAD = do_PUT = do_DELETE = do_GET

    def _chunks(self) -> bytes:
        got = b""
        while self.headers.get("transfer-encoding") == "chunked" and (n := int(self.rfile.readline(), 16)):
            got += self.rfile.read(n)
            self.rfile.readline()
        if self.headers.get("transfer-encoding") == "chunked":
            self.rfile.readline()
        return got

    def _large(self) -> None:
        """Send on until nobody takes it, or half of what was announced."""
        self.send_response(200)
        self.send_header("Content-Length", str(2**40 if self.path == "/endless" else 2**21))
        self.end_headers()
        self.close_connection = True
        try:
            self.wfile.write(bytes(2**20))
            while self.path == "/endless":
                self.wfile.write(bytes(2**16))
        except OSError:
            Desk.left_alone.set()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def desk() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture(scope="module")
def fronted(shared, start_door, desk) -> Iterator[Door]:
    """A door before that desk."""
    with start_door(shared, BULOU_DESK_URL=f"http://127.0.0.1:{desk.server_address[1]}") as door:
        yield door


def heard(reply: httpx.Response) -> dict:
    told = reply.json()
    return told | {"headers": {name.lower(): value for name, value in told["headers"]}}


@both_ways
def test_paths_and_queries_arrive_as_they_were_sent(fronted: Door, way: dict[str, str]) -> None:
    for path in ("/", "/people?q=%E7%8E%8B&x=a%2Fb", "/a%2Fb/%E7%8E%8B", "/x//elsewhere.example", "/fieldwork"):
        reply = fronted.client.send(httpx.Request("GET", fronted.url.rstrip("/") + path, headers=way))
        assert heard(reply)["path"] == path


@both_ways
def test_the_status_of_the_desk_is_told(fronted: Door, way: dict[str, str]) -> None:
    assert fronted.get("/teapot", headers=way).status_code == 418


@both_ways
def test_the_desk_learns_host_and_caller_and_believes_nobody_else(fronted: Door, way: dict[str, str]) -> None:
    lies = way | {"x-forwarded-for": "8.8.8.8", "x-forwarded-proto": "https", "x-forwarded-host": "evil.example"}
    told = heard(fronted.get("/", headers=lies))["headers"]
    host = fronted.url.split("//")[1].rstrip("/")
    assert (told["host"], told["x-forwarded-host"]) == (host, host)
    assert (told["x-forwarded-for"], told["x-forwarded-proto"]) == ("127.0.0.1", "http")


@both_ways
def test_what_belongs_to_one_connection_stays_there(fronted: Door, way: dict[str, str]) -> None:
    reply = fronted.get("/", headers=way | {"connection": "x-mine", "x-mine": "1", "te": "trailers"})
    assert not {"x-mine", "te"} & set(heard(reply)["headers"])
    assert "x-inner" not in reply.headers


@both_ways
def test_no_session_is_handed_to_the_next_user(fronted: Door, way: dict[str, str]) -> None:
    one = fronted.get("/", headers=way | {"x-user": "one"})
    assert one.headers.get_list("set-cookie") == ["session=one; Path=/", "second=1; Path=/"]
    with httpx.Client(base_url=fronted.url, trust_env=False) as stranger:
        assert "cookie" not in heard(stranger.get("/", headers=way))["headers"]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_large_upload_streams_through(fronted: Door, chunked: bool) -> None:
    size = 12 * 2**20
    content = (b"x" * 2**20 for _ in range(12)) if chunked else b"x" * size
    told = heard(fronted.client.post("/import", content=content))
    assert (told["method"], told["size"]) == ("POST", size)


@both_ways
def test_a_page_is_asked_for_again_when_the_connection_was_closed(fronted: Door, way: dict[str, str]) -> None:
    Desk.hung_up = False
    assert fronted.get("/", headers=way).status_code == 200  # it is open
    assert fronted.get("/after-a-restart", headers=way).status_code == 200
    Desk.hung_up = False
    assert fronted.client.post("/after-a-restart", content=b"x").status_code == 502  # it might happen twice


@both_ways
def test_what_nobody_takes_any_more_is_not_made_to_its_end(fronted: Door, way: dict[str, str]) -> None:
    Desk.left_alone.clear()
    with fronted.client.stream("GET", "/endless", headers=way) as reply:
        next(reply.iter_raw())
    assert Desk.left_alone.wait(20)


@both_ways
def test_half_an_answer_is_not_taken_for_a_whole_one(fronted: Door, way: dict[str, str]) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        fronted.get("/half", headers=way)


def test_who_breaks_off_is_not_blamed_on_the_desk(shared, start_door, desk, tmp_path) -> None:
    url = f"http://127.0.0.1:{desk.server_address[1]}"
    with open(tmp_path / "log", "wb") as log, start_door(shared, log=log, BULOU_DESK_URL=url) as door:
        host, port = door.url.split("//")[1].rstrip("/").split(":")
        with socket.create_connection((host, int(port))) as caller:
            caller.sendall(b"POST /import HTTP/1.1\r\nHost: b\r\nContent-Length: 1000\r\n\r\nhalf")
        eventually(lambda: '"status":422' in (tmp_path / "log").read_text(), "the door has told of it")
        assert "does not answer" not in (tmp_path / "log").read_text()


def test_head_has_no_body(fronted: Door) -> None:
    reply = fronted.client.head("/")
    assert (reply.status_code, reply.content) == (200, b"")


def test_a_desk_that_is_down_does_not_stop_the_door(shared, start_door) -> None:
    with start_door(shared, BULOU_DESK_URL="http://127.0.0.1:9") as door:
        assert door.get("/", headers=PART).status_code == 502
        reply = door.get("/")
        assert reply.status_code == 502
        assert "电脑端页面暂时不可用" in reply.text
        assert "The desk does not answer" in reply.text
        assert door.get("/healthz").status_code == 200


def test_without_a_desk_there_is_no_page(door: Door) -> None:
    assert door.get("/").json()["code"] == 404
