"""Printed labels: integers whose last digit checks the others (Luhn, ISO/IEC 7812-1 annex B)."""

from __future__ import annotations


def check_digit(number: int) -> int:
    """Return the Luhn digit that belongs behind ``number``."""
    total = 0
    for position, digit in enumerate(reversed(str(number))):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def label(number: int) -> int:
    """Return the printed label of a serial number: the number with its check digit behind it."""
    return number * 10 + check_digit(number)


def is_label(value: int) -> bool:
    """Tell whether the last digit of a printed label is right."""
    return value >= 10 and check_digit(value // 10) == value % 10
