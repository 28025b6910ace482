"""The application of a part of zones; what it declares stands in zones/room.py."""

from django.apps import AppConfig


class PassesConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.zones.passes"
    label = "passes"

    def ready(self) -> None:
        """Say what the record of exports calls its lists."""
        from bulou.people.vocabulary import RECORDED, Word

        RECORDED.update({
            "passes.xlsx": Word("通行证（Excel）", "passes (Excel)"),
            "passages.xlsx": Word("卡口出入记录（Excel）", "passages at gates (Excel)"),
            "pass.pdf": Word("通行证（打印）", "pass (printed)"),
            "desk: pass": Word("通行证", "pass"),
            "desk: passes": Word("通行证列表", "list of passes"),
        })  # fmt: skip
