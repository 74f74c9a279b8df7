"""The sheet that is the plan on one page: ambition, goals, and rows of choice, indicators and actions. A3."""

from __future__ import annotations

import datetime as dt
from math import ceil
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ogsm import marks, words
from plans.sheet import ChoiceRow, IndicatorLine

from . import layout
from .styles import INK, INK_2, INK_3, SERIF, Styles

if TYPE_CHECKING:
    from plans.models import Plan

WIDTHS = (38, 30, 12, 12, 15, 58, 22, 13, 15)
CHOICE, INDICATOR, VALUE, TARGET, STAND, ACTION, WHO, DEADLINE, LIGHT = range(9)
LINE = 14.5  # points: the height of a line of the sheet's type


def write_one_page(sheet: Any, styles: Styles, plan: Plan, rows: list[ChoiceRow], on: dt.date) -> str:
    """Returns the mark of what stands on it. One query."""
    page = _Page(sheet, styles, plan, rows, on)
    page.write()
    return layout.mark_of_page(page.said)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column; an estimate, on the safe side."""
    return sum(max(1, ceil(len(part) * 1.05 / width)) for part in text.split("\n")) if text else 1


class _Page:
    def __init__(self, sheet: Any, styles: Styles, plan: Plan, rows: list[ChoiceRow], on: dt.date) -> None:
        self.sheet, self.styles, self.plan, self.rows, self.on = sheet, styles, plan, rows, on
        self.goals = list(plan.goals.live())
        self.said: dict[tuple[int, int], layout.Value] = {}

    def write(self) -> None:
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(8)  # A3
        sheet.fit_to_pages(1, 1)
        sheet.center_horizontally()
        sheet.set_margins(0.4, 0.4, 0.4, 0.4)
        sheet.hide_gridlines(2)
        for place, width in enumerate(WIDTHS):
            sheet.set_column(place, place, width)
        row = self._goals(self._top())
        row = self._heads(row + 1)
        for each in self.rows:
            row = self._choice(row, each)
        self._foot(row + 1)
        sheet.print_area(0, 0, row + 1, LIGHT)

    def _text(self, row: int, place: int, text: str, style: Any) -> None:
        self.said[row + 1, place] = text
        self.sheet.write_string(row, place, text, style)

    def _top(self) -> int:
        plan = self.plan
        name = " · ".join(part for part in (plan.organisation, plan.name) if part)
        self._text(0, 0, f"{name} · " + _("Ambition"), self.styles.get(font_color=INK_3, font_size=11))
        text = plan.ambition or _("No ambition written yet.")
        style = self.styles.get(
            font_name=SERIF, font_size=20, text_wrap=True, quote_prefix=True, valign="vcenter",
            font_color=INK if plan.ambition else INK_3,
        )  # fmt: skip
        self.sheet.merge_range(1, 0, 1, LIGHT, "", style)
        self._text(1, 0, text, style)
        self.sheet.set_row(1, 28 * _lines(text, sum(WIDTHS) / 1.9) + 8)
        return 2

    def _goals(self, row: int) -> int:
        if not self.goals:
            return row
        self._text(row, 0, _("Goals"), self.styles.head())
        for place, label in (
            (INDICATOR, ""),
            (VALUE, _("Start")),
            (TARGET, _("Target")),
            (STAND, pgettext("day", "On")),
        ):
            self._text(row, place, label, self._head(place))
        for goal in self.goals:
            row += 1
            name = self.styles.text(bold=True)
            self.sheet.merge_range(row, CHOICE, row, INDICATOR, "", name)
            self._text(row, CHOICE, goal.name, name)
            self._quantity(row, VALUE, goal.baseline, goal.unit)
            self._quantity(row, TARGET, goal.target, goal.unit, bold=True)
            self._day(row, STAND, goal.due_on)
        return row + 1

    def _heads(self, row: int) -> int:
        heads = (
            _("Strategic choice"), _("Indicator"), _("Value"), _("Target"), _("Light"), _("Action"), _("Responsible"),
            _("Deadline"), _("Light"),
        )  # fmt: skip
        for place, label in enumerate(heads):
            self._text(row, place, label, self._head(place))
        return row + 1

    def _head(self, place: int) -> Any:
        return self.styles.head(indent=1) if place in (STAND, DEADLINE, LIGHT) else self.styles.head()

    def _choice(self, row: int, each: ChoiceRow) -> int:
        """The choice beside its indicators and actions; returns the row below."""
        actions = each.actions  # put together each time it is asked
        count = max(1, len(each.indicators), len(actions))
        text = self._statement(each.choice)
        heights = [self._height(each.indicators, actions, place) for place in range(count)]
        short = _lines(text, WIDTHS[CHOICE] * 0.92) - sum(heights)
        heights[-1] += max(short, 0)
        for place, lines in enumerate(heights):
            self.sheet.set_row(row + place, lines * LINE + 3)
            last = place == count - 1
            rule = {"bottom_color": INK if last else "#e2dbcf"}
            self._indicator(row + place, each.indicators[place] if place < len(each.indicators) else None, rule)
            self._action(row + place, actions[place] if place < len(actions) else None, rule)
        style = self.styles.get(
            font_name=SERIF, font_size=10.5, text_wrap=True, quote_prefix=True, bottom=1, bottom_color=INK
        )
        if count > 1:
            self.sheet.merge_range(row, CHOICE, row + count - 1, CHOICE, "", style)
        self._text(row, CHOICE, text, style)
        return row + count

    def _statement(self, choice: Any) -> str:
        parts = [f"{choice.number}. {choice.short_name}", choice.goal]
        if choice.how:
            parts[1] = _("%(goal)s by %(how)s") % {"goal": choice.goal, "how": choice.how}
        if choice.owner:
            parts.append(_("Choice owner: %(name)s") % {"name": choice.owner})
        if choice.stops:
            parts.append(_("No longer: %(what)s") % {"what": choice.stops})
        return "\n".join(parts)

    def _height(self, indicators: list[IndicatorLine], actions: list[Any], place: int) -> int:
        texts = []
        if place < len(indicators):
            texts.append((indicators[place].indicator.name, WIDTHS[INDICATOR]))
        if place < len(actions):
            action = actions[place]
            texts += [(action.result, WIDTHS[ACTION]), (str(action.responsible), WIDTHS[WHO])]
        return max((_lines(text, width) for text, width in texts), default=1)

    def _indicator(self, row: int, line: IndicatorLine | None, rule: dict[str, Any]) -> None:
        if line is None:
            for place in (INDICATOR, VALUE, TARGET, STAND):
                self.sheet.write_blank(row, place, None, self.styles.get(bottom=1, **rule))
            return
        text = {"bottom": 1, "text_wrap": True, **rule}
        self._text(row, INDICATOR, line.indicator.name, self.styles.get(quote_prefix=True, **text))
        right = self.styles.get(align="right", bold=True, **text)
        self._text(row, VALUE, line.value_text, right)
        self._text(row, TARGET, line.target_text, self.styles.get(align="right", font_color=INK_2, **text))
        self._light(row, STAND, line.light, line.light_label or marks.light_word(line.light), rule)

    def _action(self, row: int, action: Any, rule: dict[str, Any]) -> None:
        if action is None:
            for place in (ACTION, WHO, DEADLINE, LIGHT):
                self.sheet.write_blank(row, place, None, self.styles.get(bottom=1, **rule))
            return
        text = {"bottom": 1, "text_wrap": True, "font_color": INK_3 if action.is_done else INK, **rule}
        self._text(row, ACTION, action.result, self.styles.get(quote_prefix=True, **text))
        self._text(row, WHO, str(action.responsible), self.styles.get(quote_prefix=True, **text))
        late = not action.is_done and action.deadline < self.on
        ink = {"font_color": "#a82320", "bold": True} if late else {}
        self._day(row, DEADLINE, action.deadline, **{**text, **ink})
        if action.is_done or (not action.light and action.status == "todo"):
            word = marks.light_word("done" if action.is_done else "todo")
            self._text(row, LIGHT, word, self.styles.get(**{**text, "font_color": INK_3}))
        else:
            self._light(row, LIGHT, action.light, marks.light_word(action.light), rule)

    def _light(self, row: int, place: int, light: str, word: str, rule: dict[str, Any]) -> None:
        self._text(row, place, word, self.styles.light(light or "none", **rule))

    def _quantity(self, row: int, place: int, value: Any, unit: str, **more: Any) -> None:
        text = "" if value is None else words.quantity(value, unit)
        self._text(row, place, text, self.styles.cell(align="right", **more))

    def _day(self, row: int, place: int, day: dt.date, **more: Any) -> None:
        style = self.styles.get(**{"num_format": "d mmm yyyy", "align": "left", "indent": 1, "bottom": 1, **more})
        self.said[row + 1, place] = day
        self.sheet.write_datetime(row, place, dt.datetime.combine(day, dt.time.min), style)

    def _foot(self, row: int) -> None:
        text = _("As of %(day)s") % {"day": words.day_short_year(self.on)}
        self._text(row, 0, text, self.styles.get(font_color=INK_3, font_size=9))
