"""Bulou (不漏): the operations ledger of an outbreak response."""
