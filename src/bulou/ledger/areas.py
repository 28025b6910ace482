"""Area ids: integers whose bits are the tree.

An id has 49 bits, from high to low: district 10, street or town 8, neighbourhood 9, compound 10, building 12.
Each level is numbered from 1; zeros below a level mean the whole node, so the ids of a subtree are one interval
and ``BETWEEN lo AND hi`` is the only tree query there is. Every id stays below 2**53, which JavaScript keeps exactly.
"""

from __future__ import annotations

LEVELS = ("district", "street", "neighbourhood", "compound", "building")
BITS = (10, 8, 9, 10, 12)
TOTAL_BITS = sum(BITS)
#: Number of bits below each level, by level 1..5.
SHIFTS = tuple(sum(BITS[i + 1 :]) for i in range(len(BITS)))

#: Above all districts: of a round of the whole city, never of a person or a duty.
ROOT = 0
#: Ids of subjects found in the field start here; ids given out by registries stay below.
FOUND_BASE = 2**52
JOURNAL_BITS = 28
NUMBER_BITS = 24


def area_id(district: int, street: int = 0, neighbourhood: int = 0, compound: int = 0, building: int = 0) -> int:
    """Return the id of a node from its numbers at each level.

    Raises:
        ValueError: a number does not fit its level, or a level below a zero is given.
    """
    numbers = (district, street, neighbourhood, compound, building)
    result, ended = 0, False
    for name, bits, number in zip(LEVELS, BITS, numbers, strict=True):
        if not 0 <= number < 1 << bits:
            raise ValueError(f"{name} number {number} is outside 0..{(1 << bits) - 1}")
        if number and ended:
            raise ValueError(f"{name} number {number} under a node that ends above it")
        ended = ended or number == 0
        result = result << bits | number
    return result


def level(area: int) -> int:
    """Return the depth of a node: 1 district ... 5 building; 0 for 0, the root above all districts."""
    for depth in range(len(BITS), 0, -1):
        if area >> SHIFTS[depth - 1] & (1 << BITS[depth - 1]) - 1:
            return depth
    return 0


def span(area: int) -> tuple[int, int]:
    """Return the lowest and highest id of the subtree under (and including) ``area``, both inclusive."""
    depth = level(area)
    below = SHIFTS[depth - 1] if depth else TOTAL_BITS
    return area, area | (1 << below) - 1


def parent(area: int) -> int:
    """Return the node one level up; 0 for a district."""
    return ancestor(area, level(area) - 1)


def ancestor(area: int, depth: int) -> int:
    """Return the node at level ``depth`` that ``area`` lies in."""
    if depth <= 0:
        return 0
    shift = SHIFTS[depth - 1]
    return area >> shift << shift


def is_area(value: int) -> bool:
    """Tell whether an integer is a well-formed area id: no number below a zero."""
    if not 0 < value < 1 << TOTAL_BITS:
        return False
    return all(value >> SHIFTS[i] & (1 << BITS[i]) - 1 for i in range(level(value)))


def found_id(journal: int, number: int) -> int:
    """Return the id of a subject first met in the field: fixed by the entry that reported it.

    Raises:
        ValueError: the number does not fit (a journal holds at most 2**24 entries).
    """
    if not (0 < journal < 1 << JOURNAL_BITS and 0 < number < 1 << NUMBER_BITS):
        raise ValueError(f"journal {journal} or number {number} out of range")
    return FOUND_BASE | journal << NUMBER_BITS | number
