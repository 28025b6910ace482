"""Every setting that an installation may give, in one table; the only place that reads them.

The reference page of the manual is printed from it; a setting that is not here does not exist, and a value that it
does not allow is never worked with. Rooms below this one find the values in Django's settings.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from bulou.config import forms
from bulou.config.forms import Form
from bulou.config.told import Told, shown

PREFIX = "BULOU_"
#: What the test suite tells its own processes; no settings.
TESTS = frozenset({"BULOU_TEST_RUN", "BULOU_SCREENSHOTS"})


@dataclass(frozen=True)
class Variable:
    """One environment variable: its default ("" means not set), what its value may be, its meaning in zh and en.

    ``secret``: its value is never shown.
    """

    name: str
    default: str
    form: Form
    zh: str
    en: str
    secret: bool = False


class Wrong(Told):
    """A setting that cannot be worked with."""


TABLE = (
    Variable(
        "BULOU_DATA",
        "data",
        forms.FOLDER,
        "数据目录：内嵌数据库及全部状态；命令行 --data 优先。",
        "Data folder: the embedded database and all state. The option --data wins over it.",
    ),
    Variable(
        "BULOU_DATABASE_URL",
        "",
        forms.DATABASE,
        "数据库服务器地址（应用角色，非属主、非超级用户）；留空则启动内嵌 PostgreSQL。",
        "URL of a PostgreSQL 17+ server, as the application role (neither owner nor superuser)."
        " When empty, the embedded PostgreSQL of the data folder starts.",
        secret=True,
    ),
    Variable(
        "BULOU_OWNER_URL",
        "",
        forms.DATABASE,
        "同一数据库的属主地址，用于迁移与核对；只在使用外部服务器时需要。",
        "URL of the same database as its owner, for migrations and verify."
        " Needed only together with BULOU_DATABASE_URL.",
        secret=True,
    ),
    Variable(
        "BULOU_SECRET_KEY",
        "",
        forms.key(32),
        "会话签名密钥；留空则用数据目录 secrets.json 中自动生成的密钥。",
        "Key that signs sessions. When empty, the one made in secrets.json of the data folder.",
        secret=True,
    ),
    Variable(
        "BULOU_PUBLIC_URL",
        "",
        forms.PUBLIC,
        "对外网址，如 https://bulou.example；留空则为本机 serve 打印的地址。",
        "The address people use, such as https://bulou.example. When empty, the one that `bulou serve` prints.",
    ),
    Variable(
        "BULOU_TIME_ZONE",
        "Asia/Shanghai",
        forms.ZONE,
        "显示与按日规则所用时区；存储一律 UTC。",
        "Time zone of screens and of day rules. Storage is always UTC.",
    ),
    Variable(
        "BULOU_LANGUAGE",
        "zh-hans",
        forms.words("zh-hans", "en"),
        "默认界面语言：zh-hans 或 en；用户可自行切换。",
        "Default language of screens: zh-hans or en. Each user may switch.",
    ),
    Variable(
        "BULOU_ADDRESS_STYLE",
        "shanghai",
        forms.words("shanghai", "unit"),
        "门牌写法：shanghai 写作“4号502室”，unit 写作“4单元502室”。",
        "How doors are written on screens and in files: shanghai (No. 4, Room 502) or unit (Unit 4, Room 502).",
    ),
    Variable(
        "BULOU_TOTP",
        "offered",
        forms.words("required", "offered", "off"),
        "第二步验证（手机验证器）：required 为能看全名、导出、审计、管账号的角色必须启用；offered 自愿；off 不用。",
        "Second step of signing in (TOTP): required for roles that see names, export, audit or give roles; offered to"
        " everybody; off.",
    ),
    Variable(
        "BULOU_DESK_URL",
        "",
        forms.INNER,
        "现场入口转交电脑端页面的内部地址；由 serve 设置。",
        "Inner address to which the field door hands desk pages. Set by `bulou serve`.",
    ),
    Variable(
        "BULOU_RESIDENTS_URL",
        "",
        forms.INNER,
        "现场入口转交居民页面的内部地址；由 serve 设置。",
        "Inner address to which the field door hands the resident's page. Set by `bulou serve`.",
    ),
    Variable(
        "BULOU_TRUST_ROOT",
        "",
        forms.FILE,
        "本地根证书文件（PEM），供手机安装；由 serve 设置。",
        "File of the local root certificate (PEM) that phones install. Set by `bulou serve`.",
    ),
    Variable(
        "BULOU_TRUST_FINGERPRINT",
        "",
        forms.FINGERPRINT,
        "本地根证书的 SHA-256 指纹，显示在引导页与电脑端；由 serve 设置。",
        "SHA-256 of the local root, shown on its page and on the desk. Set by `bulou serve`.",
    ),
    Variable(
        "BULOU_TRUST_URL",
        "",
        forms.INNER,
        "安装根证书的引导页地址；由 serve 设置。",
        "Address of the page that guides through installing it. Set by `bulou serve`.",
    ),
    Variable(
        "BULOU_CODES",
        "",
        forms.CODES,
        "手机可识别的外部码（TOML 文件路径，见 examples/codes.toml）；启动时校验；留空则只识别本系统的码。",
        "Path of a TOML file with the codes of other systems that phones may scan (see examples/codes.toml); checked at"
        " the start. When empty, only Bulou's own codes are read.",
    ),
    Variable(
        "BULOU_SMS_URL",
        "",
        forms.GATEWAY,
        "短信网关地址（HTTP POST，JSON）；留空则短信一直待发。",
        "Address of the gateway for text messages (HTTP POST of JSON). When empty, text messages wait.",
    ),
    Variable(
        "BULOU_SMS_KEY",
        "",
        forms.key(8),
        "短信网关的密钥（Bearer）；留空则不带。",
        "Key (Bearer) for that gateway. When empty, none is sent.",
        secret=True,
    ),
    Variable(
        "BULOU_LOG",
        "",
        forms.words("json", "text"),
        "日志格式：json（每行一个 JSON 对象）或 text；留空则输出到终端时为 text，否则为 json。",
        "Form of the logs: json (one object a line) or text. When empty, text on a terminal and json elsewhere.",
    ),
    Variable(
        "BULOU_METRICS_KEY",
        "",
        forms.key(20),
        "读取 /metrics 与 /metrics/desk 所需的密钥（Bearer，至少 20 个字符）；留空则两者都不存在。",
        "Key (Bearer, 20 characters or more) that reads /metrics and /metrics/desk. When empty, neither exists.",
        secret=True,
    ),
    Variable(
        "BULOU_DEBUG",
        "",
        forms.SWITCH,
        "设为 1 时显示错误详情；切勿用于正式环境。",
        "1 shows error details in the browser. Never in earnest use.",
    ),
)

NAMES = {variable.name: variable for variable in TABLE}


def read(name: str, given: Mapping[str, str] = os.environ) -> str:
    """The value of a variable of the table, or its default, as text.

    Raises:
        KeyError: the table has no such name.
        Wrong: the value is none that the table allows.
    """
    value(name, given)
    return given.get(name) or NAMES[name].default


def value(name: str, given: Mapping[str, str] = os.environ) -> Any:
    """The same as what its form makes of it; None where it is not set.

    Raises:
        KeyError, Wrong: as ``read``.
    """
    variable = NAMES[name]
    text = given.get(name) or variable.default
    if not text:
        return None
    try:
        return variable.form.read(text)
    except (ValueError, OSError) as error:
        raise _wrong(variable, text, getattr(error, "why", "")) from None


def faults(given: Mapping[str, str] = os.environ) -> list[Wrong]:
    """Everything that is wrong with the settings: unknown names, values that the table does not allow."""
    found = [_unknown(name) for name in sorted(given) if name.upper().startswith(PREFIX) and not _known(name)]
    for variable in TABLE:
        try:
            value(variable.name, given)
        except Wrong as wrong:
            found.append(wrong)
    if given.get("BULOU_OWNER_URL") and not given.get("BULOU_DATABASE_URL"):
        found.append(
            Wrong(
                "BULOU_OWNER_URL 只与 BULOU_DATABASE_URL 一起使用：请设置后者，或去掉前者。",
                "BULOU_OWNER_URL goes together with BULOU_DATABASE_URL: set the latter, or leave the former out.",
            )
        )
    return found


def _known(name: str) -> bool:
    return name in NAMES or name in TESTS


def _wrong(variable: Variable, text: str, why: str) -> Wrong:
    form = variable.form
    if why:
        return Wrong(f"{variable.name} 不可用：{shown(why)}", f"{variable.name} cannot be used: {shown(why)}")
    if variable.secret:
        return Wrong(f"{variable.name} 的值不可用：{form.zh}。", f"{variable.name} cannot be used: {form.en}.")
    said = shown(re.sub(r"//[^/]*@", "//…@", text), 100)  # a password may stand in the wrong place
    return Wrong(f"{variable.name} 的值“{said}”不可用：{form.zh}。", f'{variable.name} is "{said}": {form.en}.')


def _unknown(name: str) -> Wrong:
    """Name the nearest one: most unknown names are slips of the hand."""
    own = name.upper().removeprefix(PREFIX)
    nearest = max(NAMES, key=lambda one: SequenceMatcher(None, own, one.removeprefix(PREFIX)).ratio())
    said = shown(name, 100)
    return Wrong(
        f"没有 {said} 这个设置，最接近的是 {nearest}：请改正名称或去掉它。",
        f"there is no setting {said}; the nearest one is {nearest}: correct the name or leave it out.",
    )
