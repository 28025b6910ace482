"""`bulou user add`: a person who may sign in at the desk."""

import argparse
import getpass
import sys
from datetime import timedelta

from bulou.config import database
from bulou.desk.abilities import ROLES
from bulou.desk.accounts.rules import LASTS, LONGEST, area_of

HELP = "add a desk user, or give one a new password and areas 添加电脑端用户"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("name", help="sign-in name 登录名")
    parser.add_argument(
        "--area",
        type=area,
        action="append",
        required=True,
        metavar="AREA",
        help="an area id, or its path such as 1.3.2 (district.street.neighbourhood); 0 is everywhere; repeatable",
    )
    parser.add_argument(
        "--role",
        choices=tuple(ROLES),
        action="append",
        default=[],
        metavar="ROLE",
        help="what the user does there: " + ", ".join(ROLES) + "; repeatable; without it command, street or committee,"
        " by the level of the area 角色",
    )
    parser.add_argument(
        "--days", type=int, default=LASTS.days, help="how long the roles last (default: %(default)s) 有效天数"
    )
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def area(text: str) -> int:
    """An area id from "1.3.2", or from the id itself. ValueError when it is neither."""
    return area_of(text)


def run(options: argparse.Namespace) -> int:
    """Add the user; exit status 1 when the name or the password will not do, 2 for a length that cannot be."""
    if not 0 < options.days <= LONGEST.days:
        print(f"bulou: a role lasts from 1 to {LONGEST.days} days 有效期为 1 至 {LONGEST.days} 天", file=sys.stderr)
        return 2
    if options.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = getpass.getpass("password 密码: ")
        if getpass.getpass("again 再次输入: ") != password:
            print("bulou: the two passwords differ 两次输入不一致", file=sys.stderr)
            return 1
    with database.using(options.data):
        from django.core.exceptions import ValidationError

        from bulou.desk.actions import add_user

        try:
            add_user(options.name, password, options.area, options.role, timedelta(days=options.days))
        except ValidationError as error:
            print("bulou: " + " ".join(error.messages), file=sys.stderr)
            return 1
    print(options.name)
    return 0
