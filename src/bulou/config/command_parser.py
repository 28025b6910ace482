"""The parser of the command line: its refusals are one sentence in the language of the terminal."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import Any, NoReturn

from bulou.config.forms import Form
from bulou.config.told import chinese, say, shown

#: What argparse says, and the same in Chinese.
_ZH = (
    (r"the following arguments are required: (.*)", "缺少参数 {}"),
    (r"unrecognized arguments: (.*)", "没有 {} 这样的参数"),
    (r"argument (.*?): expected one argument", "参数 {} 需要一个值"),
    (r"argument (.*?): expected at least one argument", "参数 {} 至少需要一个值"),
    (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", "参数 {} 不能是 {}，可选 {}"),
    (r"argument (.*?): ignored explicit argument (.*)", "参数 {} 不带值，给出了 {}"),
    (r"ambiguous option: (.*?) could match (.*)", "参数 {} 不明确，可能是 {}"),
    (r"argument (.*?): not allowed with argument (.*)", "参数 {} 不能与 {} 同时使用"),
    (r"argument (.*?): (.*)", "参数 {}：{}"),
)


class Parser(argparse.ArgumentParser):
    """argparse's own, but for how it refuses."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one sentence and end with status 2."""
        message = " ".join(message.split())
        if chinese():
            for pattern, sentence in _ZH:
                if found := re.fullmatch(pattern, message):
                    message = sentence.format(*found.groups())
                    break
            say(f"{shown(message, 300)}。用法见 {self.prog} --help")
        else:
            say(f"{shown(message, 300)}; see {self.prog} --help")
        self.exit(2)


def typed(form: Form) -> Callable[[str], Any]:
    """Return a type of argparse that takes what a form takes, and refuses with its sentence."""

    def read(text: str) -> Any:
        try:
            return form.read(text)
        except (ValueError, OSError):
            said = shown(text, 100)
            raise argparse.ArgumentTypeError(
                f"“{said}”不可用，{form.zh}" if chinese() else f'"{said}" cannot be used: {form.en}'
            ) from None

    return read
