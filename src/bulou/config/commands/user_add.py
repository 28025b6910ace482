"""`bulou user add`: a person who may sign in at the desk."""

import argparse
import getpass
import sys

from bulou.config import database

HELP = "add a desk user, or give one a new password and areas 添加桌面用户"


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
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def area(text: str) -> int:
    """An area id from "1.3.2", or from the id itself. ValueError when it is neither."""
    from bulou.ledger.areas import area_id

    if text.isdigit() and (text == "0" or int(text) >= 2**39):
        return int(text)
    parts = [int(part) for part in text.split(".")]
    if not 1 <= len(parts) <= 5:
        raise ValueError(text)
    return area_id(*parts)


def run(options: argparse.Namespace) -> int:
    """Add the user; exit status 1 when the name or the password will not do."""
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
            add_user(options.name, password, options.area)
        except ValidationError as error:
            print("bulou: " + " ".join(error.messages), file=sys.stderr)
            return 1
    print(options.name)
    return 0
