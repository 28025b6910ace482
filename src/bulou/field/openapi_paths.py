"""The addresses of the field door as OpenAPI tells them: what each takes, and what it answers.

The shapes are those of ``openapi.py``, whose references are handed in.
"""

from __future__ import annotations

from typing import Any

from bulou.field import problems
from bulou.ledger.refusals import REFUSALS

REF = "#/components/schemas/{name}"

#: What the address of a piece of a photo says.
PHOTO = (
    ("entry", "number of the entry that names the photo"),
    ("offset", "where the piece begins, in bytes"),
    ("size", "how large the whole file is, in bytes"),
)
INTRODUCTION = (
    "What phones, couriers and laboratories talk to. Every error is a numbered refusal in Chinese and English. An entry"
    " that is refused is kept and acknowledged all the same, and harms no other entry; a request that is refused whole"
    " took nothing. A revocation takes effect within five seconds; a revoked device's journal is handed in at the desk."
)


def paths(known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the addresses. ``known``: the reference of each shape, by its name."""
    device = [{"device": []}]
    request = {"$ref": REF.format(name="Request")}
    return {
        "/field/journal": {
            "post": {
                "summary": "Hand in entries 交流水",
                "description": "In any order, as often as needed. At most 4 MiB, 5,000 entries, and 20,000 of entries,"
                " people, tubes and results in them together; a single entry is never too heavy. A journal may be"
                " handed in until a day after its key has expired.",
                "security": device,
                "requestBody": _content(request),
                "responses": _answers(known["JournalAnswer"], 401, 402, 403, 413, 422, 429, 503),
            }
        },
        "/field/enrol": {
            "post": {
                "summary": "Enrol a device with a token 设备登记",
                "description": "The token comes from the desk, as a code to scan. It works once; that of a shift card"
                " works as often as the card admits, each time for a journal of its own.",
                "security": [],
                "requestBody": _content(known["TokenBody"]),
                "responses": _answers(known["EnrolAnswer"], 410, 413, 422, 429, 503),
            }
        },
        "/field/pack": {
            "get": {
                "summary": "Fetch the work pack 取工作包",
                "description": "With If-None-Match the answer is 304 when nothing has changed.",
                "security": device,
                "parameters": [{"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}],
                "responses": {
                    **_answers(known["Pack"], 401, 402, 403, 414, 429, 503),
                    "304": {"description": "not changed"},
                },
            },
            "post": {
                "summary": "Fetch the work pack by buildings 按楼栋取工作包",
                "description": "Only the buildings that have changed since the digests of the request are sent;"
                " compressed with gzip where the request accepts it.",
                "security": device,
                "requestBody": _content(known["LeavesBody"]),
                "responses": _answers(known["LeavesPack"], 401, 402, 403, 413, 414, 422, 429, 503),
            },
        },
        "/field/photos/{digest}": {
            "post": {
                "summary": "Send a piece of a photo 传照片",
                "description": "Of a photo that an entry of this device names in a field of photos, once the entry is"
                " taken. At most 1 MiB; it counts where it begins at the number of bytes that are there. An empty piece"
                " asks how many are. `done`: it is whole, is a picture, and stands with its matter.",
                "security": device,
                "parameters": [
                    {
                        "name": "digest",
                        "in": "path",
                        "required": True,
                        "description": "SHA-256 of the file, in hex",
                        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    },
                    *(
                        {
                            "name": name,
                            "in": "query",
                            "required": True,
                            "description": told,
                            "schema": {"type": "integer", "minimum": 0},
                        }
                        for name, told in PHOTO
                    ),
                ],
                "requestBody": {
                    "required": False,
                    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
                },
                "responses": _answers(known["PhotoAnswer"], 401, 402, 403, 404, 413, 415, 416, 422, 429, 503),
            }
        },
        "/healthz": {
            "get": {
                "summary": "Whether the door can take entries",
                "security": [],
                "responses": _answers(known["Health"], 503),
            }
        },
    }


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _answers(schema: dict[str, Any], *codes: int) -> dict[str, Any]:
    """Return the answer of success, and the refusals by their HTTP status."""
    answers: dict[str, Any] = {"200": {"description": "done", "content": {"application/json": {"schema": schema}}}}
    problem = {"application/problem+json": {"schema": {"$ref": REF.format(name="ProblemAnswer")}}}
    for code in codes:
        status = str(problems.status(code))
        told = f"{code} {REFUSALS[code].zh} {REFUSALS[code].en}"
        before = answers.get(status)
        told = f"{before['description']}; {told}" if before else told
        answers[status] = {"description": told, "content": problem}
    return answers
