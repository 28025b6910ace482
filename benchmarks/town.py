"""The registry of a synthetic district: areas, households and persons, written set-based, to open rounds over.

75 persons a building, 1,050 a compound, 4 compounds a neighbourhood, 24 neighbourhoods a street (``common``); five
persons share two doors. Not a benchmark by itself.
"""

from __future__ import annotations

import common

#: The nodes above the buildings, once each; a building's number is its name.
AREAS = f"""
INSERT INTO places_area (id, parent, level, name, name_en, code, x, y, valid_from)
SELECT id, CASE WHEN level = 1 THEN 0 ELSE id >> above << above END, level, level || '-' || id, '', '',
       mod(id >> bits, 997), mod(id >> bits, 991), %(at)s
FROM (
  SELECT DISTINCT p.area >> t.bits << t.bits AS id, t.level, t.bits, t.above
  FROM (SELECT DISTINCT area FROM ({common.BUILDING_OF}) AS n) AS p
  CROSS JOIN (VALUES (1, 39, 49), (2, 31, 39), (3, 22, 31), (4, 12, 22), (5, 0, 12)) AS t (level, bits, above)
) AS node ORDER BY id
"""
HOUSEHOLDS = f"""
INSERT INTO places_household (id, area, stairwell, floor, door, valid_from, recorded_at)
SELECT %(first)s + n, area, '', 1 + n %% 6, n::text, %(at)s, %(at)s
FROM ({common.BUILDING_OF}) AS p WHERE n %% 5 IN (0, 3)
"""
PERSONS = f"""
INSERT INTO places_person (id, household, area, name, name_key, pinyin, initials, birth_year, needs, valid_from,
                           recorded_at)
SELECT %(first)s + n, %(first)s + n - CASE WHEN n %% 5 < 3 THEN n %% 5 ELSE n %% 5 - 3 END, area, '居民' || n,
       '居民' || n, 'jumin' || n, 'jm' || n, 1930 + n %% 90, 0, %(at)s, %(at)s
FROM ({common.BUILDING_OF}) AS p
"""
FIRST = 1
#: Persons of a neighbourhood.
NEIGHBOURS = common.PEOPLE_A_BUILDING * common.BUILDINGS_A_COMPOUND * common.COMPOUNDS_A_NEIGHBOURHOOD


def settle(people: int) -> None:
    """Write the registry of ``people`` persons with ids from ``FIRST``, as the owner of the tables."""
    from django.db import connections

    from bulou.ledger.statements import statements

    values = {"people": people, "first": FIRST, "at": common.OPENED}
    with connections["owner"].cursor() as cursor:
        for statement in (AREAS, HOUSEHOLDS, PERSONS):
            cursor.execute(statement, values)
        cursor.execute(statements("bulou.places", "written")["adopted"], values)
        cursor.execute("ANALYZE places_area, places_household, places_person")
