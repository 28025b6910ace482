"""What verify compares of journals: their keys, ranges and times with the records of their enrolment."""

from bulou.ledger.checks import Check, sql
from bulou.ledger.statements import statements

SQL = statements(__package__, "verify_journals")

CHECKS = (Check("enrolment", 3, "流水登记", "enrolment of a journal", sql(SQL["enrolment"])),)
