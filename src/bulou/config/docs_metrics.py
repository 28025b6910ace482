"""The manual's page of metrics, from the figures that door and desk declare."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from prometheus_client import Counter, Gauge, Histogram

#: Which process, where it is read, and the module that declares its figures.
PARTS = (
    ("The field door 现场入口", "/metrics", "bulou.field.request_log"),
    ("The desk 电脑端", "/metrics/desk", "bulou.desk.watch"),
)


def page() -> str:
    """The text of the page."""
    out = [
        "# Metrics 指标",
        "",
        "In the form of Prometheus, for the holder of `BULOU_METRICS_KEY` (see [settings](settings.md)), sent as a"
        " bearer key. Without that setting neither address exists. No figure has a label with an id of a person, a"
        " device or an area; addresses appear as templates.",
        "",
    ]
    for title, address, module in PARTS:
        out += [f"## {title}", "", f"`{address}`; besides these the usual `process_*` of the process.", ""]
        out += ["| name | kind | labels | meaning |", "|---|---|---|---|", *_rows(module), ""]
    return "\n".join(out)


def _rows(module: str) -> Iterator[str]:
    for value in vars(import_module(module)).values():
        if isinstance(value, Counter | Gauge | Histogram):
            kind = value._type
            name = value._name + ("_total" if kind == "counter" else "")
            labels = ", ".join(f"`{label}`" for label in value._labelnames)
            yield f"| `{name}` | {kind} | {labels} | {value._documentation} |"
