"""`bulou user add`: a person who may sign in at the desk."""

import argparse
import getpass
import sys
from datetime import timedelta

from bulou.config import database, forms
from bulou.config.command_parser import typed
from bulou.config.told import Told, chinese
from bulou.desk.abilities import ROLES
from bulou.desk.accounts.rules import LASTS, LONGEST, area_of
from bulou.ledger.areas import BITS, SHIFTS

AREA = forms.Form(
    "area",
    "应为区域编号，或 1.3.2 这样的路径（区.街道.居委会）",
    "it must be an area id, or a path such as 1.3.2 (district.street.neighbourhood)",
    area_of,
)
HELP = "add a desk user, or give one a new password and areas 添加电脑端用户"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("name", help="sign-in name 登录名")
    parser.add_argument(
        "--area",
        type=typed(AREA),
        action="append",
        required=True,
        metavar="AREA",
        help="an area id, or its path such as 1.3.2 (district.street.neighbourhood); 0 is everywhere; repeatable",
    )
    parser.add_argument(
        "--role",
        type=typed(forms.words(*ROLES)),
        action="append",
        default=[],
        metavar="ROLE",
        help="what the user does there: " + ", ".join(ROLES) + "; repeatable; without it command, street or committee,"
        " by the level of the area 角色",
    )
    parser.add_argument(
        "--days",
        type=typed(forms.whole(1, LONGEST.days)),
        default=LASTS.days,
        help="how long the roles last (default: %(default)s) 有效天数",
    )
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def path_of(area: int) -> str:
    """Return an area's path such as 1.3.2."""
    shifts = zip(SHIFTS, BITS, strict=True)
    return ".".join(str(part) for shift, bits in shifts if (part := area >> shift & (1 << bits) - 1))


def run(options: argparse.Namespace) -> int:
    """Add the user; exit status 2 when the name, the password or an area will not do."""
    if options.password_stdin:
        password = _line()
    else:
        password = _asked("password 密码: ")
        if _asked("again 再次输入: ") != password:
            raise Told("两次输入的密码不一致。", "the two passwords differ.")
    with database.using(options.data):
        from django.core.exceptions import ValidationError
        from django.utils import translation

        from bulou.desk.accounts.actions import unknown
        from bulou.desk.actions import add_user

        if strange := unknown(options.area):
            named = ", ".join(map(path_of, strange))
            raise Told(
                f"区域目录中没有 {named}，请先用 bulou import areas 导入区域。",
                f"no such area in the tree: {named}; load it first with `bulou import areas`.",
            )
        with translation.override("zh-hans" if chinese() else "en"):
            try:
                add_user(options.name, password, options.area, options.role, timedelta(days=options.days))
            except ValidationError as error:
                why = " ".join(error.messages)
                raise Told(why, why) from None
    print(options.name)
    return 0


def _line() -> str:
    """Return the first line of standard input."""
    try:
        return forms.plain(sys.stdin.readline().rstrip("\r\n"))
    except (ValueError, AttributeError):  # bytes that are no text; no standard input at all
        raise Told("标准输入中没有可用的密码。", "there is no usable password on standard input.") from None


def _asked(words: str) -> str:
    try:
        return getpass.getpass(words)
    except EOFError:
        raise Told(
            "没有终端可以输入密码：请用 --password-stdin。", "there is no terminal to ask for it: use --password-stdin."
        ) from None
