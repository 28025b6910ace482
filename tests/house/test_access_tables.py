"""Every page of the desk says which ability it asks for; every role and ability is used."""

from collections.abc import Iterator

from django.urls import URLPattern, get_resolver

from bulou.desk.abilities import ABILITIES, GUARDED, LANDINGS, PAGES, PUBLIC, QUALIFIERS, ROLES, SIGNED_IN


def pages(resolver=None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or before + str(pattern.pattern), pattern
        else:
            yield from pages(pattern, before + str(pattern.pattern))


FOUND = dict(pages())


def test_every_page_asks_for_an_ability():
    assert sorted(set(FOUND) - set(PAGES)) == [], "say in desk/abilities.py who may open it"


def test_every_ability_that_a_page_asks_for_exists():
    asked = {one for need in PAGES.values() for one in need.split()}
    assert asked <= set(ABILITIES) | {PUBLIC, SIGNED_IN} and all(PAGES.values())
    assert set(ABILITIES) >= QUALIFIERS | GUARDED
    assert set(LANDINGS) <= set(PAGES)


def test_public_pages_and_no_other_open_before_sign_in():
    open_ = {name for name, pattern in FOUND.items() if not getattr(pattern.callback, "login_required", True)}
    assert open_ == {name for name, need in PAGES.items() if need == PUBLIC and name in FOUND}


def test_every_ability_is_held_by_a_role_and_every_role_opens_a_page():
    assert set().union(*(role.abilities for role in ROLES.values())) == set(ABILITIES)
    opened = [set(need.split()) for need in PAGES.values()]
    assert [role.name for role in ROLES.values() if not any(need <= role.abilities for need in opened)] == []
    assert [role.name for role in ROLES.values() if not role.why] == []


def test_who_must_not_see_names():
    """What each role lacks is as much a decision as what it has."""
    with_names = {role.name for role in ROLES.values() if "names" in role.abilities}
    assert with_names == {"command", "street", "committee", "transfer", "facility", "request", "epidemiologist"}
    assert {role.name for role in ROLES.values() if "export-names" in role.abilities} == {"command", "epidemiologist"}
    assert not {"decide", "names", "users", "import"} & ROLES["auditor"].abilities
    assert not {"people", "names", "board", "export"} & ROLES["administrator"].abilities
    assert all(role.abilities.isdisjoint({"audit", "users"}) for role in ROLES.values() if "names" in role.abilities)
