"""Prints the manual's page of the programming interface from its OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def page() -> str:
    """Return the page: endpoints with what they take and send, then every shape."""
    from bulou.desk.api import interface, rules

    document = interface.document()
    out = [
        "# The programming interface 接口",
        "",
        "Under `/api/`, for other systems, with a key: [Connect another system](../how-to/connect-a-system.md). A"
        " document (OpenAPI) that programs read lies at `/api/openapi.json` and asks for no key.",
        "",
        "Each request carries `Authorization: Bearer` and the key; at most"
        f" {rules.MOST} requests a minute and key."
        " `Accept-Language` (`zh-hans`, `en`) chooses the language of sentences and of `values`. What a key sees"
        " lies in its area, by the same row level security as the desk's pages; the ability that each kind and act asks"
        " for is told by `/api/kinds`. Names stand in answers to keys with the ability `names` alone, and each such"
        " look is on record under the key's account. A refused request changes nothing.",
        "",
        "| status | code | when |",
        "|---|---|---|",
        "| 401 | `no_key` | no key, or one that was revoked or has ended |",
        "| 403 | `no_ability` | the key lacks an ability there |",
        "| 404 | `no_kind`, `no_act`, `no_duty`, `no_area`, `no_subject`, `no_round` | nothing of that name in its"
        " area |",
        "| 409 | `cannot` | it cannot be done as things stand: a row has changed, is at another stage, is done |",
        "| 413 | `too_large` | more than 1 MB |",
        "| 422 | `wrong_request`, `wrong_fields`, `wrong_filter`, `identity_number` | what is wrong, by field |",
        "| 429 | `too_many` | wait for `Retry-After` seconds |",
        "",
        "## Endpoints",
        "",
    ]
    for path, ways in document["paths"].items():
        for method, told in ways.items():
            out += _endpoint(path, method, told)
    out += ["## Shapes", ""]
    for name, shape in sorted(document["components"]["schemas"].items()):
        out += _shape(name, shape)
    return "\n".join(out)


def _endpoint(path: str, method: str, told: dict[str, Any]) -> Iterator[str]:
    yield f"### {method.upper()} {path}"
    yield ""
    yield told.get("description", told["summary"]).replace("``", "`")
    yield ""
    for one in told.get("parameters", ()):
        if one["in"] == "query":
            given = one["schema"].get("default")
            usual = f", else `{given}`" if given not in (None, "") else ""
            yield f"- `{one['name']}`: {_type(one['schema'])}{usual}"
    if "requestBody" in told:
        yield f"- takes {_type(told['requestBody']['content']['application/json']['schema'])}"
    yield f"- sends {_type(told['responses'][200]['content']['application/json']['schema'])}"
    yield ""


def _shape(name: str, shape: dict[str, Any]) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    yield shape.get("description", "").replace("``", "`")
    yield ""
    yield "| field | type |"
    yield "|---|---|"
    for field, told in shape.get("properties", {}).items():
        yield f"| `{field}` | {_type(told)} |"
    yield ""


def _type(told: dict[str, Any]) -> str:
    if "$ref" in told:
        name = told["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in told:
        return " or ".join(_type(one) for one in told["anyOf"])
    if told.get("type") == "array":
        return f"list of {_type(told['items'])}"
    return str(told.get("format") or told.get("type") or "anything").replace("date-time", "time")
