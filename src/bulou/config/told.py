"""What the person at the terminal is told: one plain sentence, in Chinese or in English."""

from __future__ import annotations

import os
import sys


class Told(Exception):
    """What a user can cause and can put right. Its text is English, for whoever reads the code or a log.

    Parameters:
        zh, en: one sentence each that says what is wrong and what to do. No secret and no person is in it.
    """

    status = 2

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)

    @property
    def sentence(self) -> str:
        """The sentence in the language of the terminal."""
        return self.zh if chinese() else self.en


def chinese() -> bool:
    """Tell whether the terminal speaks Chinese: as BULOU_LANGUAGE says, else unless the locale is an English one."""
    language = os.environ.get("BULOU_LANGUAGE", "")
    if language in ("zh-hans", "en"):
        return language == "zh-hans"
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return not locale.lower().startswith("en")


def say(sentence: str) -> None:
    """Write a sentence to standard error; what the terminal cannot show is escaped, and a closed one is no fault."""
    try:
        print(f"bulou: {shown(sentence)}", file=sys.stderr, flush=True)
    except (OSError, ValueError):  # the terminal is gone, or its disk is full
        return


def shown(text: object, most: int = 400) -> str:
    """Return a text on one line, without what moves the cursor or cannot be written."""
    line = " ".join(str(text).split())
    line = "".join(one if one.isprintable() else repr(one)[1:-1] for one in line)
    return line if len(line) <= most else f"{line[: most - 1]}…"
