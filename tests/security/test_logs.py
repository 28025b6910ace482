"""Logs tell what happened and to which journal, and nothing that names a person or opens a door."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from bulou.config import logs
from bulou.field.actions import offer_enrolment
from bulou.field.problems import Problem
from bulou.ledger import journals
from bulou.ledger.refusals import Refused
from bulou.ledger.scope import scoped
from tests import cast
from tests.doors.field_door import NOW, STREET, Device, enrolled, running, span

NAME, PHONE, EVIDENCE = "欧阳不漏", "13911112222", "病区电话确认欧阳"
NUMBER = "11010519491231002X"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015"
FIELDS = {"time", "level", "process", "from", "message", "fault", *logs.FIELDS}


def lines(log: Path) -> list[dict[str, Any]]:
    """Return the lines of a log; granian's own few are plain text."""
    return [json.loads(row) for row in log.read_text("utf-8").splitlines() if row.startswith("{")]


@pytest.fixture(scope="module")
def told(clone, tmp_path_factory) -> Iterator[tuple[Path, list[str]]]:
    """A door's log after all that phones and strangers may send, and the secrets that were in it."""
    log = tmp_path_factory.mktemp("logs") / "door.log"
    folder = str(log.parent)
    with clone() as urls, log.open("wb") as out, running(urls, folder, out, BULOU_LOG="json") as door:
        phone = enrolled(door, "phone")
        with scoped((span(STREET),)):
            token = offer_enrolment("门口", "phone", (span(STREET),), NOW.replace(year=2099), "王组长", NOW)
        secrets = [NAME, PHONE, NUMBER, EVIDENCE, DIGEST, phone.key, token, journals.hashed(phone.key).hex(), "门口"]
        _play(door, phone, token)
        new = door.client.post("/field/enrol", json={"token": token})
        assert new.status_code == 200
        secrets.append(new.json()["key"])
    nowhere = urls.application.replace("port=", "port=1")
    gone = type(urls)(nowhere, urls.owner)
    with log.open("ab") as out, running(gone, folder, out, BULOU_LOG="json") as door:
        assert phone.raw(_request(phone), through=door).status_code == 503
        assert door.client.post("/field/enrol", json={"token": token}).status_code == 503
        assert door.get("/healthz").status_code == 503
    password = re.search(r":([^:@/]{20,})@", urls.application)
    assert password
    yield log, [*secrets, password.group(1)]


def _request(phone: Device, **more: Any) -> bytes:
    found = phone.said("person.found", {"campaign": 1, "name": NAME, "phone": PHONE})
    return json.dumps({"entries": [found | more]}).encode()


def _play(door: Any, phone: Device, token: str) -> None:
    assert phone.raw(_request(phone)).status_code == 200
    phone.raw(_request(phone, area=1, body={"name": NAME, "id_digest": DIGEST}))
    assert phone.raw(_request(phone, body={"campaign": 1, "name": NUMBER})).json()["entries"][0]["code"] == 118
    phone.raw(_request(phone, kind=f"kind.{NAME}"[:50], n=0))
    excused = {"campaign": 1, "duty": "swab", "subjects": [7], "reason": "in_hospital", "evidence": EVIDENCE}
    phone.raw(json.dumps({"entries": [phone.said("duty.excused", excused)]}).encode())
    phone.raw(f"[{NAME}]".encode())
    door.get("/field/pack", headers=phone.headers)
    door.get(f"/field/{token}?token={token}&name={NAME}")
    door.get(f"/persons/{NAME}?key={phone.key}", headers=phone.headers | {"x-request-id": phone.key})
    door.client.post("/field/enrol", json={"token": token + "x"})
    door.client.request("NAME" + PHONE, "/field/pack")


def test_no_secret_and_no_name_is_in_the_log(told: tuple[Path, list[str]]) -> None:
    log, secrets = told
    text = log.read_text("utf-8")
    assert [secret for secret in secrets if secret in text or json.dumps(secret)[1:-1] in text] == []


def test_each_request_has_its_line(told: tuple[Path, list[str]]) -> None:
    found = lines(told[0])
    assert all(set(line) <= FIELDS for line in found)
    assert {line["process"] for line in found} == {"door"}
    requests = [line for line in found if line["message"] == "request"]
    kept = next(line for line in requests if line["route"] == "/field/journal")
    assert kept["status"] == 200 and kept["entries"] == 1 and kept["journal"] > 0 and kept["ms"] > 0
    assert {line["route"] for line in requests} <= {
        "/field/journal",
        "/field/enrol",
        "/field/pack",
        "/field/...",
        "desk",
    }
    assert {503, 410, 404} <= {line["status"] for line in requests}
    assert len({line["request"] for line in requests}) == len(requests)
    assert "other" in {line["method"] for line in requests}


def test_the_desk_logs_templates_of_addresses(settled_clone, capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = seen.append  # type: ignore[method-assign]
    logger = logging.getLogger()
    with settled_clone():
        browser = Client(raise_request_exception=False)
        logger.addHandler(handler)
        try:
            browser.force_login(User.objects.get(username="street"))
            gui = cast.PERSONS["gui"]
            browser.get(f"/rounds/{cast.ROUND}/persons/{gui.id}?q={NAME}")
            browser.get(f"/nothing/{NAME}")
            browser.post("/sign-in", {"username": NAME, "password": EVIDENCE})
            with connection.cursor() as cursor:  # a page that fails while the database is not as it should be
                cursor.execute("SET statement_timeout = 1; SET lock_timeout = 1")
                cursor.execute("SET search_path = pg_catalog")
            assert browser.get(f"/rounds/{cast.ROUND}/persons/{gui.id}").status_code == 500
        finally:
            logger.removeHandler(handler)
            connection.close()
    text = "\n".join(form().format(record) for record in seen for form in (logs.JsonLines, logs.PlainLines))
    assert "rounds/<int:campaign>/persons/<int:person>" in text and "unknown" in text
    assert "ProgrammingError 42P01 at" in text
    assert str(gui.id) not in re.sub(r'"request": "\w+"|request=\w+|[\d.]+(?=[,}]| |$)', "", text)
    assert not any(secret in text for secret in (NAME, EVIDENCE, gui.zh, "street"))


def test_an_error_is_told_without_its_words() -> None:
    try:
        try:
            raise ValueError(f"Failing row contains ({NAME}, {PHONE})")
        except ValueError as error:
            raise RuntimeError(NAME) from error
    except RuntimeError:
        import sys

        record = logging.LogRecord("lib", logging.ERROR, "x.py", 1, "row %s", (NAME,), sys.exc_info())
    for form in (logs.JsonLines(), logs.PlainLines()):
        line = form.format(record)
        assert NAME not in line and PHONE not in line
        assert "RuntimeError at test_logs.py" in line and "row %s" in line


def test_the_database_server_logs_no_row(cluster, database: str) -> None:
    """PostgreSQL would write the statement, its values and the row that failed."""
    with psycopg.connect(database) as session:
        for statement in (
            f"INSERT INTO places_source (name, mapping) VALUES ('{NAME}', NULL)",
            f"SELECT '{NAME}'::int",
            f"DO $$ BEGIN RAISE EXCEPTION '{NAME}'; END $$",
            f"DO $$ BEGIN RAISE WARNING '{NAME}'; END $$",
        ):
            with suppress(psycopg.Error), session.transaction():
                session.execute(statement)
    log = (cluster.folder.path / "postgres.log").read_text("utf-8", errors="replace")
    assert "database system is ready" in log and NAME not in log


@pytest.mark.parametrize("error", [Refused(103, "name", NAME), Problem(422, "name", NAME), Problem.of(Refused(106))])
def test_a_refusal_does_not_say_what_was_found(error: Exception) -> None:
    """Its text goes into tracebacks; what was found is for the receipt of the sender alone."""
    assert NAME not in str(error) and NAME not in repr(error)


def test_form_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, form in (("json", "JsonLines"), ("text", "PlainLines"), ("", "JsonLines")):
        monkeypatch.setenv("BULOU_LOG", said)
        monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
        assert logs.settings()["formatters"]["line"]["()"].endswith(form)
