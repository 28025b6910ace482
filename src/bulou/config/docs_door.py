"""The manual's page of the field door, from the OpenAPI document that the door itself gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


def page(document: Schema, passed_by: set[str]) -> str:
    """The text of the page. ``passed_by``: shapes that have a place elsewhere in the manual."""
    schemas = document["components"]["schemas"]
    out = ["# The field door 现场入口", "", document["info"].get("description", ""), ""]
    met: list[str] = []
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                out += _operation(f"{method.upper()} {path}", methods[method], met)
    out += ["## Shapes", "", "JSON objects; times are RFC 3339 with a zone, ids are integers.", ""]
    for name in met:  # grows while it is walked: a shape may name others
        if name not in passed_by and "properties" in schemas.get(name, {}):
            out += _shape(name, schemas[name], met)
    return "\n".join(out)


def _operation(title: str, told: Schema, met: list[str]) -> Iterator[str]:
    yield from (f"## {title}", "", told.get("summary", ""), "")
    if told.get("description"):
        yield from (told["description"], "")
    if told.get("security"):
        yield from ("Needs the device's bearer key.", "")
    for parameter in told.get("parameters", ()):
        yield from (f"Takes `{parameter['name']}` in the {parameter['in']}.", "")
    sent = _content(told.get("requestBody", {}), met)
    if sent:
        yield from (f"Send: {sent}.", "")
    yield from ("| answer | meaning | body |", "|---|---|---|")
    for status, answer in sorted(told["responses"].items(), key=lambda row: int(row[0])):
        yield f"| {status} | {answer.get('description', '')} | {_content(answer, met)} |"
    yield ""


def _content(part: Schema, met: list[str]) -> str:
    return ", ".join(_said(row["schema"], met) for row in part.get("content", {}).values() if "schema" in row)


def _shape(name: str, schema: Schema, met: list[str]) -> Iterator[str]:
    yield from (f"### {name}", "")
    if schema.get("description"):
        yield from (" ".join(schema["description"].split()).replace("``", "`"), "")
    yield from ("| field | type | required |", "|---|---|---|")
    required = schema.get("required", ())
    for field, kind in schema["properties"].items():
        yield f"| `{field}` | {_said(kind, met)} | {'yes' if field in required else 'no'} |"
    yield ""


def _said(schema: Schema, met: list[str]) -> str:
    """A schema in words; shapes that it names are added to ``met``."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in met:
            met.append(name)
        return f"`{name}`"
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return " or ".join(_said(part, met) for part in schema[word])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    match schema.get("type"):
        case "array" if schema.get("prefixItems"):
            return "[" + ", ".join(_said(part, met) for part in schema["prefixItems"]) + "]"
        case "array":
            return "list of " + _said(schema.get("items") or {}, met)
        case "object":
            return "object"
        case "string":
            return {"date-time": "time", "date": "date"}.get(schema.get("format", ""), "text")
        case "boolean":
            return "true or false"
        case None:
            return "anything"
        case kind:
            return str(kind)
