"""Hands text messages to an HTTP gateway: POST of JSON {"key", "to", "text"} with the header Idempotency-Key.

2xx: taken, "id" of the answer is kept. 4xx but 408, 425 and 429: never will be.
All else: tried again with the same key.
"""

from __future__ import annotations

import httpx

from bulou.notices.sending import Gateway, NotTaken

#: Seconds that a gateway may take.
PATIENCE = 10.0
LATER = (408, 425, 429)


def http(url: str, key: str) -> Gateway:
    """Return the gateway at an address; ``key``: its bearer key, "" for none."""

    def send(number: str, to: str, text: str) -> str:
        headers = {"Idempotency-Key": number} | ({"Authorization": f"Bearer {key}"} if key else {})
        try:
            answer = httpx.post(url, json={"key": number, "to": to, "text": text}, headers=headers, timeout=PATIENCE)
        except httpx.HTTPError as error:
            raise NotTaken(type(error).__name__) from None
        if answer.is_success:
            try:
                return str(answer.json().get("id", ""))
            except (ValueError, AttributeError):
                return ""
        code = answer.status_code
        raise NotTaken(f"HTTP {code}", final=400 <= code < 500 and code not in LATER)

    return send
