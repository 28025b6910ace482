"""What verify compares of roles and accounts with their history, and what of them is sealed."""

from bulou.ledger import checks
from bulou.ledger.checks import Book, Check, sql
from bulou.ledger.statements import statements

SQL = statements(__package__, "checks")

CHECKS = (
    Check("history", 6, "账号变更记录", "history of accounts", sql(SQL["history"])),
    Check("grants", 6, "角色授予", "role of a user", sql(SQL["grants"])),
    Check("accounts", 6, "账号", "account", sql(SQL["accounts"])),
)
BOOKS = (
    Book("grant", "角色授予", "role given", SQL["grant"]),
    Book("grant_end", "角色结束", "role ended", SQL["grant_end"]),
    Book("change", "账号变更", "change of an account", SQL["change"]),
)


def declare() -> None:
    """Declare it."""
    checks.declare(CHECKS, BOOKS)
