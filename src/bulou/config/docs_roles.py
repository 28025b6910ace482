"""Prints the manual's page of roles from the tables that the desk obeys."""

from __future__ import annotations

from collections.abc import Iterator

from bulou.desk.abilities import ABILITIES, PAGES, PUBLIC, ROLES, SIGNED_IN
from bulou.ledger.areas import LEVELS


def page() -> str:
    """Return the page: roles with their reasons, abilities by role, and what each page asks for."""
    return "\n".join([
        "# Roles and abilities 角色与权限",
        "",
        "A user has one or more roles, each in some areas and until a date. A role holds abilities; each page asks for"
        " one. Where several roles meet, a page shows the areas of those that open it; names are unmasked, and acts"
        " allowed, only where the ability reaches as far as the page.",
        "",
        "## Roles",
        "",
        "**Given from**: the lowest level whose administrator may give the role, within the own areas.",
        "",
        "| role | 中文 | English | given from | abilities | why so |",
        "|---|---|---|---|---|---|",
        *_roles(),
        "",
        "## Abilities",
        "",
        "| ability | 中文 | English | roles |",
        "|---|---|---|---|",
        *_abilities(),
        "",
        "## Pages",
        "",
        f"`{PUBLIC}`: before sign-in. `{SIGNED_IN}`: everybody who has signed in. A page that is not listed opens to"
        " nobody.",
        "",
        "| page | asks for |",
        "|---|---|",
        *(f"| `{name}` | {' '.join(f'`{one}`' for one in need.split())} |" for name, need in PAGES.items()),
    ])  # fmt: skip


def _roles() -> Iterator[str]:
    for role in ROLES.values():
        held = " ".join(f"`{name}`" for name in ABILITIES if name in role.abilities)
        yield f"| `{role.name}` | {role.zh} | {role.en} | {LEVELS[role.from_level - 1]} | {held} | {role.why} |"


def _abilities() -> Iterator[str]:
    for one in ABILITIES.values():
        roles = ", ".join(f"`{role.name}`" for role in ROLES.values() if one.name in role.abilities)
        yield f"| `{one.name}` | {one.zh} | {one.en} | {roles} |"
