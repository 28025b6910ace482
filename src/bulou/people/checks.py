"""What verify compares of exports and emergency access, and what of them is sealed."""

from bulou.ledger import checks
from bulou.ledger.checks import Book, Check, sql
from bulou.ledger.statements import statements

SQL = statements(__package__, "checks")

CHECKS = (
    Check("exports", 6, "导出记录", "record of exports", sql(SQL["exports"])),
    Check("emergencies", 6, "越区查阅记录", "record of emergency access", sql(SQL["emergencies"])),
)
BOOKS = (
    Book("export", "导出记录", "export", SQL["export"]),
    Book("emergency", "越区查阅", "emergency access", SQL["emergency"]),
    Book("review", "越区查阅的复核", "review of emergency access", SQL["review"]),
)


def declare() -> None:
    """Declare it."""
    checks.declare(CHECKS, BOOKS)
