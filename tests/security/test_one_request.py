"""A whole installation: a request has one name in the logs of both processes; figures are read through the door."""

from __future__ import annotations

import json
import os
from pathlib import Path

import httpx
import pytest

from bulou.config.supervisor import running

KEY = "a-key-of-the-operator-0123456789"


def requests_in(log: Path) -> list[dict]:
    lines = [json.loads(row) for row in log.read_text("utf-8").splitlines() if row.startswith("{")]
    return [line for line in lines if line["message"] == "request"]


def test_a_request_keeps_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BULOU_DATABASE_URL", "BULOU_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BULOU_METRICS_KEY", KEY)
    data = tmp_path / "data"
    with running(data) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        answer = client.get("/sign-in?next=/persons/7", headers={"x-request-id": "f" * 16})
        assert answer.status_code == 200 and "content-security-policy" in answer.headers
        name = answer.headers["x-request-id"]
        assert name != "f" * 16, "a caller gives no names to our lines"
        for path, figure in (("/metrics", "bulou_door_requests_total"), ("/metrics/desk", "bulou_desk_requests_total")):
            assert client.get(path).status_code == 404
            assert figure in client.get(path, headers={"authorization": f"Bearer {KEY}"}).text
    (door,) = [line for line in requests_in(data / "door.log") if line["request"] == name]
    (desk,) = [line for line in requests_in(data / "desk.log") if line["request"] == name]
    assert (door["process"], door["route"]) == ("door", "desk")
    assert (desk["process"], desk["route"]) == ("desk", "sign-in")
    for log in ("door.log", "desk.log"):
        assert "persons" not in (data / log).read_text("utf-8")
    assert os.stat(data / "secrets.json").st_mode & 0o077 == 0, "others on the machine can read the secrets"
