"""Errors of the field door: every one a numbered refusal in JSON, in both languages, with the next step."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from bulou.ledger.refusals import REFUSALS, Refused

#: HTTP status of each refusal of a whole request, where it is not the refusal's own number.
STATUS = {402: 403, 414: 413}
#: Seconds after which a device may try again.
RETRY_AFTER = {429: 2, 503: 5}


class Problem(Exception):
    """The whole request is refused; nothing of it was taken."""

    def __init__(self, code: int, field: str = "", found: object = None):
        self.code, self.field, self.found = code, field, found
        super().__init__(str(code))

    @classmethod
    def of(cls, refused: Refused) -> Problem:
        """Take over the refusal of a pure check."""
        return cls(refused.code, refused.field, refused.found)


def status(code: int) -> int:
    """Return the HTTP status of a numbered refusal."""
    return STATUS.get(code, code if code >= 400 else 422)


def response(problem: Problem) -> Response:
    """Return {"code", "zh", "en", "field", "expected", "next"} with the HTTP status of the code."""
    refusal = REFUSALS[problem.code]
    headers = {"cache-control": "no-store"}
    if refusal.code in RETRY_AFTER:
        headers["retry-after"] = str(RETRY_AFTER[refusal.code])
    if refusal.code == 401:
        headers["www-authenticate"] = "Bearer"
    content = {
        "code": refusal.code,
        "zh": refusal.zh,
        "en": refusal.en,
        "field": problem.field,
        "expected": refusal.expected,
        "next": refusal.next_step,
    }
    return Response(msgspec.json.encode(content), status(refusal.code), headers, "application/problem+json")
