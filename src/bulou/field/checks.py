"""What verify compares of devices, and what of them is sealed."""

from bulou.field.decode import is_unreadable
from bulou.ledger import checks
from bulou.ledger.checks import Book, Check, sql
from bulou.ledger.statements import statements

SQL = statements(__package__, "checks")

CHECKS = (
    Check("devices", 3, "设备登记", "registry of devices", sql(SQL["devices"])),
    Check("correctors", 3, "补记所用的流水", "journal in which times are corrected", sql(SQL["correctors"])),
    Check("anew", 3, "补记", "entry that the desk says anew", sql(SQL["anew"])),
)
BOOKS = (
    Book("offer", "设备登记码", "offer to enrol", SQL["offer"]),
    Book("offer_end", "设备登记码的收回", "withdrawal of an offer", SQL["offer_end"]),
    Book("device", "设备", "device", SQL["device"]),
    Book("handing", "流水文件上交", "journal handed in", SQL["handing"]),
    Book("jump", "手机时钟跳变", "jump of a phone's clock", SQL["jump"]),
)


def declare() -> None:
    """Declare it."""
    checks.declare(CHECKS, BOOKS, door=is_unreadable)
