"""`bulou serve` on a network: real TLS with the local root, and a listener in clear that says nothing else."""

import os
import plistlib
import pty
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil
import pytest

from bulou.config import supervisor
from tests.rooms.test_serve import PATIENCE, eventually

HOST = "127.0.0.2"  # of this machine, and not the loopback address that is served in clear


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[supervisor.Running]:
    with supervisor.running(tmp_path_factory.mktemp("https") / "data", host=HOST) as server:
        yield server


def with_root(server: supervisor.Running) -> httpx.Client:
    assert server.trust is not None
    context = ssl.create_default_context(cafile=str(server.trust.root))
    return httpx.Client(base_url=server.url, verify=context, trust_env=False)


@pytest.fixture
def clear(served: supervisor.Running) -> Iterator[httpx.Client]:
    assert served.trust is not None
    with httpx.Client(base_url=served.trust.url, trust_env=False) as client:
        yield client


def test_who_has_the_root_is_let_in_and_nobody_else(served: supervisor.Running):
    assert served.url.startswith(f"https://{HOST}:")
    with with_root(served) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/sign-in").status_code == 200
        assert served.trust.fingerprint in client.get("/field/trust/").text
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        httpx.get(served.url, trust_env=False)


def test_a_wrong_name_is_refused(served: supervisor.Running):
    with with_root(served) as client:
        extensions = {"sni_hostname": "127.0.0.9"}
        with pytest.raises(httpx.ConnectError, match="IP address mismatch"):
            client.get("/healthz", extensions=extensions)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/now", "/sign-in", "/field/journal", "/field/pack", "/healthz", "/metrics", "//x/"])
def test_in_clear_nothing_else_is_served(served: supervisor.Running, clear: httpx.Client, method: str, path: str):
    answer = clear.request(method, f"{str(clear.base_url).rstrip('/')}{path}?a=1")
    if method == "GET":
        assert (answer.status_code, answer.headers["location"]) == (302, f"{served.url}{path}?a=1")
    else:
        assert answer.status_code == 405
    assert "set-cookie" not in answer.headers and len(answer.content) < 50


def test_the_page_in_clear_gives_the_root_in_each_form(served: supervisor.Running, clear: httpx.Client):
    assert clear.get("/").headers["location"] == "/field/trust/"
    page = clear.get("/field/trust/")
    assert '<html lang="zh-Hans">' in page.text and served.trust.fingerprint in page.text
    assert '<html lang="en">' in clear.get("/field/trust/?lang=en").text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    root = served.trust.root.read_text()
    pem, der = clear.get("/field/trust/root.pem"), clear.get("/field/trust/root.crt")
    profile = clear.get("/field/trust/root.mobileconfig")
    assert {pem.headers["content-type"], der.headers["content-type"]} == {"application/x-x509-ca-cert"}
    assert pem.text == root and ssl.DER_cert_to_PEM_cert(der.content) == root
    assert profile.headers["content-type"] == "application/x-apple-aspen-config"
    (inner,) = plistlib.loads(profile.content)["PayloadContent"]
    assert (inner["PayloadType"], inner["PayloadContent"]) == ("com.apple.security.root", der.content)
    assert clear.get("/field/trust/root.key").status_code == 404
    assert clear.get("/field/trust/page.zh.html").status_code == 404


def test_who_listens_in_clear_holds_no_secret(served: supervisor.Running):
    secrets = served.cluster.folder.secrets().values()
    child = psutil.Process(served.children["trust"].pid)
    for process in (child, *child.children(recursive=True)):
        values = "".join(process.environ().values())
        assert not any(secret in values for secret in secrets) and "postgresql://" not in values


def test_a_renewed_certificate_is_shown_after_the_door_alone_started_again(served: supervisor.Running):
    door, desk = served.children["door"].pid, served.children["desk"].pid
    old = ssl.get_server_certificate(_place(served))
    local = supervisor.https.Local(served.cluster.folder, HOST, "", datetime.now(UTC))
    local.files[0].unlink()
    assert local.look(datetime.now(UTC))
    served.children["door"].restart()
    eventually(lambda: served.children["door"].pid not in (None, door) and _shows_another(served, old))
    assert served.children["desk"].pid == desk


def _place(served: supervisor.Running) -> tuple[str, int]:
    return HOST, httpx.URL(served.url).port


def _shows_another(served: supervisor.Running, old: str) -> bool:
    try:
        return ssl.get_server_certificate(_place(served)) != old
    except OSError:
        return False


def test_the_command_says_where_phones_begin_and_draws_the_code(tmp_path: Path):
    ours, its = pty.openpty()
    command = [sys.executable, "-m", "bulou.config.command", "serve", "--host", HOST]
    command += ["--port", "0", "--trust-port", "0", "--data", str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=its, stderr=subprocess.PIPE, text=True) as process:
        os.close(its)
        said = ""
        while said.count("█") < 100:
            said += os.read(ours, 4096).decode(errors="replace")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert "every phone must install it" in process.stderr.read()
    os.close(ours)
    first, second, third = said.splitlines()[:3]
    assert first.startswith(f"https://{HOST}:")
    assert f"http://{HOST}:" in second
    assert len(third.split()[-1]) == 95
