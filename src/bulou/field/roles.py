"""What a phone is for: a role is a row of this table, and the app shows a tab for each task of it that it knows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """One tab of the app."""

    name: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Role:
    """What the holder of a phone does. ``people``: its pack holds the people of its areas, by door."""

    name: str
    zh: str
    en: str
    tasks: tuple[str, ...]
    people: bool = True


TASKS = {
    row.name: row
    for row in (
        Task("tubes", "采样封管", "tubes"),
        Task("doors", "敲门核实", "doors"),
        Task("calls", "通知下楼", "calls"),
        Task("antigen", "抗原上报", "antigen tests"),
        Task("found", "新增人员", "people found"),
        Task("chat", "群聊文本", "text for the chat group"),
        Task("duties", "待办事项", "what is owed there"),
        Task("gate", "查验通行证", "passes at the gate"),
    )
}
ROLES = {
    row.name: row
    for row in (
        Role("sampler", "采样员", "sampler", ("tubes", "calls", "found")),
        Role("volunteer", "志愿者", "volunteer", ("doors", "duties", "calls", "antigen", "found", "chat")),
        Role("deliverer", "配送员", "deliverer", ("duties",)),
        Role("driver", "转运驾驶员", "driver", ("duties",), people=False),
        Role("inspector", "督查员", "inspector", ("duties",), people=False),
        Role("gate", "门岗", "gate guard", ("gate", "duties"), people=False),
    )
}
#: Kinds of device that can be enrolled. Only phones have a choice of roles.
KINDS = ("phone", "courier", "laboratory")


def role_of(kind: str, role: str = "") -> str:
    """Return the role of a device: of a phone the one named, or the first of the table; of another its kind.

    Raises:
        ValueError: a phone has no such role.
    """
    if kind != "phone":
        return kind
    if role and role not in ROLES:
        raise ValueError(f"no role {role}")
    return role or next(iter(ROLES))


def tasks_of(role: str) -> tuple[str, ...]:
    """Return the tasks of a role; a courier and a laboratory have none of these."""
    return ROLES[role].tasks if role in ROLES else ()
