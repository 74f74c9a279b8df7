"""The chart of an indicator as SVG: a trend in, markup out. Pure but for the reader's language.

Places are percentages and text has the page's own size, so one drawing fits a phone, a wide screen and paper. There is
no style in it: classes say what a piece is, static/css/values.css how it looks. Left of it is room for the labels of
the vertical axis, which stand outside the drawing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ogsm import dates, words
from ogsm.marks import light_word

from .rules import Light
from .trend import Point, Spot, Trend

TICKS_AT_MOST = 4
LABELS_AT_MOST = 4
NAMED_AT_MOST = 6
FINEST = Decimal("0.0001")  # what a value can hold
LONG_LABEL = 8  # signs; a longer one needs a wider margin
STEPS = {dates.MONTH: (1, 2, 3, 6, 12, 24, 36, 60), dates.QUARTER: (1, 2, 4, 8, 12, 20), dates.YEAR: (1, 2, 5, 10, 20)}
SHAPES = {  # drawn around 0,0
    "g": '<circle r="4.5"/>',
    "a": '<path d="M0-5.5 5.6 4.4H-5.6Z"/>',
    "r": '<rect x="-4.2" y="-4.2" width="8.4" height="8.4"/>',
    "n": '<circle r="4"/>',
}
LETTERS = {Light.GREEN: "g", Light.AMBER: "a", Light.RED: "r"}


def ticks(low: Decimal, high: Decimal, *, whole: bool = False) -> list[Decimal]:
    """Two to six round numbers from at or below `low` to at or above `high`, lowest first; `whole`: no fractions."""
    span = high - low or abs(high) / 5 or Decimal(1)
    unit = Decimal(1).scaleb((span / TICKS_AT_MOST).adjusted())
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor * TICKS_AT_MOST >= span)
    step = max(step, Decimal(1) if whole else FINEST)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = max((high / step).to_integral_value(ROUND_CEILING), first + 1)
    return [step * place for place in range(int(first), int(last) + 1)]


@dataclass(frozen=True)
class Scale:
    """Where a day and an amount stand, as percentages from the left and from the top."""

    start: dt.date
    end: dt.date
    low: Decimal
    high: Decimal

    def x(self, day: dt.date) -> float:
        return 100 * (day - self.start).days / max((self.end - self.start).days, 1)

    def y(self, amount: Decimal) -> float:
        return float(100 * (self.high - amount) / (self.high - self.low))


def svg_number(place: float) -> str:
    """As short as two decimals can be."""
    return f"{place:.2f}".rstrip("0").rstrip(".")


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    places = " ".join(
        f'{name}="{svg_number(place)}%"' for name, place in (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2))
    )
    return f'<line class="{kind}" {places}/>'


def _text(kind: str, x: float, y: float, text: str, *, dy: int = 0, anchor: str = "middle") -> str:
    return (
        f'<text class="{kind}" x="{svg_number(x)}%" y="{svg_number(y)}%" dy="{dy}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _labelled_periods(trend: Trend) -> list[dt.date]:
    """At most four periods to name below the chart, at ends of quarters and years where those are too many."""
    count = dates.periods_between(trend.first, trend.end, trend.frequency) + 1
    step = next((step for step in STEPS[trend.frequency] if count <= step * LABELS_AT_MOST), count)
    periods = [dates.later_period(trend.first, place, trend.frequency) for place in range(count)]
    return [
        period
        for period in periods
        if (dates.periods_between(dt.date(1, 1, 1), period, trend.frequency) + 1) % step == 0
    ]


def _amounts(trend: Trend) -> list[Decimal]:
    spots = [*trend.path, *([trend.baseline] if trend.baseline else [])]
    return [point.value for point in trend.points] + [amount for _day, amount in spots]


def _tick_labels(amounts: Sequence[Decimal], unit: str) -> list[str]:
    """In the unit, unless rounding makes two of them the same."""
    labels = [words.quantity(amount, unit) for amount in amounts]
    return labels if len(set(labels)) == len(labels) else [words.number(amount, at_most=4) for amount in amounts]


def _point(point: Point, scale: Scale, trend: Trend, unit: str) -> str:
    letter = LETTERS.get(point.light, "n") if point.light else "n"
    said = [words.period_short(point.period, trend.frequency) + ":", words.quantity(point.value, unit)]
    if point.light in LETTERS:
        said.append(f"({light_word(point.light)})")
    return (
        f'<svg class="pt {letter}" x="{svg_number(scale.x(point.day))}%" y="{svg_number(scale.y(point.value))}%">'
        f"<title>{escape(' '.join(said))}</title>{SHAPES[letter]}</svg>"
    )


def _gap(period: dt.date, scale: Scale, trend: Trend) -> str:
    """A band over the whole height: whoever does not measure has no value, also not zero."""
    left = max(scale.x(period), 0)
    right = scale.x(dates.next_period(period, trend.frequency))
    name = words.period_short(period, trend.frequency)
    return (
        f'<rect class="gap" x="{svg_number(left)}%" y="0" width="{svg_number(min(right, 100) - left)}%" height="100%">'
        f"<title>{escape(name)}: {escape(light_word('unmeasured'))}</title></rect>"
    )


def _target(trend: Trend, scale: Scale, unit: str) -> list[str]:
    """The dashed path, and at its end what it leads to."""
    x_y = [(scale.x(day), scale.y(amount)) for day, amount in trend.path]
    drawn = [_line("path", *one, *other) for one, other in pairwise(x_y)]
    if trend.path:
        x, y = x_y[-1]
        text = _("target %(target)s") % {"target": words.quantity(trend.path[-1][1], unit)}
        falls = y > x_y[0][1]
        drawn.append(_text("aim", x, y, text, dy=20 if falls and y < 90 else -8, anchor="end"))
    return drawn


def _newest(trend: Trend, scale: Scale, unit: str) -> str:
    """The newest value in figures, unless it would stand over the target's."""
    if not trend.points:
        return ""
    point = trend.points[-1]
    x, y = scale.x(point.day), scale.y(point.value)
    if trend.path and x > 75 and abs(y - scale.y(trend.path[-1][1])) < 15:
        return ""
    anchor = "end" if x > 90 else "middle"
    return _text("now", x, y, words.quantity(point.value, unit), dy=-11 if y > 14 else 22, anchor=anchor)


def _axes(trend: Trend, scale: Scale, amounts: Sequence[Decimal], labels: Sequence[str], on: dt.date) -> list[str]:
    drawn = []
    for amount, label in zip(amounts, labels, strict=True):
        y = scale.y(amount)
        drawn.append(_line("grid", 0, y, 100, y))
        drawn.append(f'<text class="tick" x="-10" y="{svg_number(y)}%" dy="4" text-anchor="end">{escape(label)}</text>')
    for place, period in enumerate(reversed(_labelled_periods(trend))):
        x = scale.x(dates.period_end(period, trend.frequency))
        kind = "tick spare" if place % 2 else "tick"  # where there is no room, every second one is left out
        drawn.append(_text(kind, x, 100, words.period_short(period, trend.frequency), dy=22))
    if trend.start <= on <= trend.end:
        x = scale.x(on)
        under_target = bool(trend.path) and x > 70 and scale.y(trend.path[-1][1]) < 12
        drawn.append(_line("today", x, 0, x, 100))
        drawn.append(_text("tick now-mark", x, 100 if under_target else 0, _("today"), dy=-8))
    return drawn


def chart_svg(trend: Trend, on: dt.date, *, name: str, unit: str, key: int) -> SafeString:
    """The chart with its text alternative; '' when there is nothing to draw. `key` makes its ids one of a kind."""
    known = _amounts(trend)
    if not known:
        return SafeString("")
    whole = unit == "count" and all(amount == amount.to_integral_value() for amount in known)
    amounts = ticks(min(known), max(known), whole=whole)
    scale = Scale(trend.start, trend.end, amounts[0], amounts[-1])
    labels = _tick_labels(amounts, unit)
    drawn = [_gap(period, scale, trend) for period in trend.gaps]
    drawn += _axes(trend, scale, amounts, labels, on)
    drawn += _target(trend, scale, unit)
    drawn += [
        _line("line", scale.x(one[0]), scale.y(one[1]), scale.x(other[0]), scale.y(other[1]))
        for one, other in trend.lines
    ]
    if trend.baseline:
        x, y = scale.x(trend.baseline[0]), scale.y(trend.baseline[1])
        drawn.append(f'<circle class="base" cx="{svg_number(x)}%" cy="{svg_number(y)}%" r="3.5"/>')
    drawn += [_point(point, scale, trend, unit) for point in trend.points]
    drawn.append(_newest(trend, scale, unit))
    wide = " is-wide" if max(map(len, labels)) > LONG_LABEL else ""
    title, said = _("Course of %(name)s") % {"name": name}, " ".join(sentences(trend, unit=unit))
    return SafeString(
        f'<svg class="chart{wide}" role="img" aria-labelledby="chart-{key}-title" aria-describedby="chart-{key}-words">'
        f'<title id="chart-{key}-title">{escape(title)}</title>'
        f'<desc id="chart-{key}-words">{escape(said)}</desc>{"".join(drawn)}</svg>'
    )


# ---- the same in words ----


def _names(periods: Iterable[dt.date], frequency: str) -> str:
    found = [words.period_short(period, frequency) for period in periods]
    rest = len(found) - NAMED_AT_MOST
    if rest <= 0:
        return ", ".join(found)
    more = ngettext("%(n)d more", "%(n)d more", rest) % {"n": rest}
    return ", ".join([*found[:NAMED_AT_MOST], more])


def _path_words(path: Sequence[Spot], unit: str) -> str:
    (first, begin), (last, end) = path[0], path[-1]
    if begin == end and all(amount == end for _day, amount in path):
        return _("The target is %(target)s throughout.") % {"target": words.quantity(end, unit)}
    return _("The target path goes from %(begin)s on %(first)s to %(end)s on %(last)s.") % {
        "begin": words.quantity(begin, unit),
        "first": words.day_short_year(first),
        "end": words.quantity(end, unit),
        "last": words.day_short_year(last),
    }


def _value_words(trend: Trend, unit: str) -> list[str]:
    newest = trend.points[-1]
    said = {"period": words.period_short(newest.period, trend.frequency), "value": words.quantity(newest.value, unit)}
    if newest.light in LETTERS:
        said["light"] = light_word(newest.light)
        text = [_("The newest value is %(value)s, of %(period)s: %(light)s.") % said]
    else:
        text = [_("The newest value is %(value)s, of %(period)s.") % said]
    if len(trend.points) > 1:
        lowest, highest = (pick(trend.points, key=lambda point: point.value) for pick in (min, max))
        text.append(
            _("Lowest %(low)s (%(low_period)s), highest %(high)s (%(high_period)s).")
            % {
                "low": words.quantity(lowest.value, unit),
                "low_period": words.period_short(lowest.period, trend.frequency),
                "high": words.quantity(highest.value, unit),
                "high_period": words.period_short(highest.period, trend.frequency),
            }
        )
    return text


def sentences(trend: Trend, *, unit: str) -> list[str]:
    """What the chart shows, for who does not see it."""
    said = []
    if trend.path:
        said.append(_path_words(trend.path, unit))
    if trend.baseline:
        day, amount = trend.baseline
        known = {"value": words.quantity(amount, unit), "day": words.day_short_year(day)}
        said.append(_("The baseline was %(value)s on %(day)s.") % known)
    said += _value_words(trend, unit) if trend.points else [_("There is no value yet.")]
    if trend.gaps:
        said.append(_("Not measured: %(periods)s.") % {"periods": _names(trend.gaps, trend.frequency)})
    return said
