"""Every answer of the running door has the shape that its OpenAPI document gives, whatever is sent to it.

Schemathesis makes requests from the document, right ones and broken ones. The seed is fixed, so that a pull request
cannot fail by luck; `SECURITY=full` searches at random and much longer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bulou.field import openapi
from tests.doors.field_door import HOME, NOW, Device, Door

DOCUMENT = openapi.document()
OPERATIONS = [(path, method.upper()) for path, methods in DOCUMENT["paths"].items() for method in methods]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
#: There is nothing to break in a request without a body and without parameters.
CASES = [(path, method, GenerationMode.POSITIVE) for path, method in OPERATIONS] + [
    (path, method, GenerationMode.NEGATIVE)
    for path, method in OPERATIONS
    if {"requestBody", "parameters"} & DOCUMENT["paths"][path][method.lower()].keys()
]
SHORT, LONG = 40, 1_000


@pytest.fixture(scope="module")
def session() -> requests.Session:
    with requests.Session() as session:
        session.trust_env = False  # no proxy of the surroundings
        yield session


@pytest.fixture(params=["phone", "laboratory", "stranger"])
def headers(request: pytest.FixtureRequest, enrol: Callable[..., Device]) -> dict[str, str]:
    """Who calls: two enrolled devices of different kinds, and somebody with a key of nobody."""
    return {"authorization": f"Bearer {'0' * 43}"} if request.param == "stranger" else enrol(request.param).headers


def search(full: bool) -> settings:
    """Return how far Hypothesis looks."""
    return settings(
        max_examples=LONG if full else SHORT, derandomize=not full, database=None, deadline=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck),
    )  # fmt: skip


@pytest.mark.parametrize(("path", "method", "mode"), CASES, ids=lambda part: str(getattr(part, "value", part)))
def test_answers_are_as_documented(
    path: str, method: str, mode: GenerationMode, door: Door, headers: dict[str, str], session: Any, full: bool
) -> None:
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method]
    # An entry that breaks the document is refused by itself, within an answer that is right as a whole.
    refused = mode is GenerationMode.NEGATIVE and path == "/field/enrol"

    @search(full)
    @given(operation.as_strategy(generation_mode=mode))
    def hold(case: Any) -> None:
        answer = case.call(base_url=door.url, headers=headers, session=session)
        case.validate_response(answer, checks=CHECKS)
        assert not refused or answer.status_code >= 400

    hold()


def test_what_is_within_time_and_area_reaches_the_books(
    door: Door, phone: Device, laboratory: Device, session: Any, full: bool
) -> None:
    """Random ids, areas and times are nearly all refused early; with those put right the database judges the rest.

    The ledger takes or refuses each entry with a number of its own: never 199 (the database would not), never 503.
    """
    operation = schemathesis.openapi.from_dict(DOCUMENT)["/field/journal"]["POST"]
    seen: Counter[str] = Counter()

    @search(full)
    @given(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def hold(case: Any) -> None:
        for entry in case.body["entries"]:
            entry |= {"area": HOME, "at": NOW.isoformat(), "v": 1}
        for device in (phone, laboratory):
            answer = case.call(base_url=door.url, headers=device.headers, session=session)
            case.validate_response(answer, checks=CHECKS)
            assert answer.status_code == 200
            for told in answer.json()["entries"]:
                assert told["code"] != 199
                seen[told["status"]] += 1

    hold()
    assert seen["kept"] and seen["refused"], seen


def test_the_door_serves_the_document_that_was_tested(door: Door) -> None:
    assert door.get("/field/openapi.json").json() == DOCUMENT
