"""The Django application of this room."""

from django.apps import AppConfig


class StockPagesConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.stock"
    label = "stock_pages"

    def ready(self) -> None:
        """Name the files that leave from here, for the record of exports."""
        from bulou.people.vocabulary import RECORDED, Word

        RECORDED.update({
            "stock.xlsx": Word("库存（Excel）", "stock (Excel)"),
            "stock-cover.xlsx": Word("可用天数（Excel）", "days of cover (Excel)"),
            "goods.xlsx": Word("物资（Excel）", "goods (Excel)"),
        })  # fmt: skip
