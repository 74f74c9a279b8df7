"""How the workbook looks: the paper and ink of the pages (static/css/tokens.css), as formats of cells."""

from __future__ import annotations

from typing import Any

INK, INK_2, INK_3, RULE = "#211d18", "#544d43", "#6b6357", "#e2dbcf"
WELL = "#f1ece3"
LIGHT_COLOURS = {  # the words' colour and the paper behind them
    "green": ("#17653f", "#e4f2e9"),
    "amber": ("#8a4f00", "#fcefd8"),
    "red": ("#a82320", "#fce8e4"),
    "none": ("#5f574c", "#efeae1"),
}
SANS, SERIF = "Calibri", "Georgia"


def number_format(unit: str, value: float | None) -> str:
    """As few decimals as say the same. A percentage is left plain: only in such a cell '25%' stays recognisable as a
    percentage when somebody types it; the column of units says what it is."""
    if value is None or unit == "percent":
        return "General"
    decimals = "" if value == int(value) else ".00" if unit == "eur" else ".0###"
    return ("€ " if unit == "eur" else "") + "#,##0" + decimals


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **more: Any) -> Any:
        key = tuple(more.items())  # asked for each cell
        if key not in self._made:
            properties = {"font_name": SANS, "font_size": 10, "font_color": INK, "valign": "top", **more}
            self._made[key] = self.book.add_format(properties)
        return self._made[key]

    def cell(self, **more: Any) -> Any:
        return self.get(**{"bottom": 1, "bottom_color": RULE, **more})

    def text(self, **more: Any) -> Any:
        """What people typed: stays text in a spreadsheet, also when it begins as a formula does."""
        return self.cell(text_wrap=True, quote_prefix=True, **more)

    def day(self, **more: Any) -> Any:
        """A step away from the figure that may stand before it."""
        return self.cell(num_format="d mmm yyyy", align="left", indent=1, **more)

    def head(self, **more: Any) -> Any:
        return self.get(bold=True, text_wrap=True, valign="bottom", bottom=2, bottom_color=INK, **more)

    def light(self, light: str, **more: Any) -> Any:
        ink, paper = LIGHT_COLOURS.get(light, LIGHT_COLOURS["none"])
        return self.cell(font_color=ink, bg_color=paper, indent=1, **more)
