"""The chart of an indicator: what it shows, how it is drawn, and the same in words."""

import datetime as dt
import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ogsm import dates
from plans.chart import LABELS_AT_MOST, chart_svg, sentences, ticks
from plans.rules import IndicatorFacts, Light, target_path
from plans.trend import trend

D = Decimal
ON = dt.date(2026, 6, 11)
LINE, PATH, GAP, TODAY, BASE = "line", "path", "gap", "today", "base"


def facts(**changed):
    known = {
        "direction": "higher",
        "kind": "level",
        "frequency": "month",
        "baseline": D(100),
        "baseline_on": dt.date(2025, 12, 31),
        "target": D(220),
        "target_on": dt.date(2026, 12, 31),
    }
    return IndicatorFacts(**{**known, **changed})


def months(*values):
    """Values from January on; None leaves a month out."""
    return {dt.date(2026, month, 1): D(value) for month, value in enumerate(values, start=1) if value is not None}


def drawn(known, values, on=ON, unit="number"):
    return tree_of(chart_svg(trend(known, values, on), on, name="Orders", unit=unit, key=7))


def tree_of(svg):
    """The markup as a tree: also proof that it is well-formed."""
    return ElementTree.fromstring(svg)  # noqa: S314 - our own markup


def of_class(tree, name):
    return [one for one in tree.iter() if name in one.get("class", "").split()]


def texts(tree):
    return [one.text for one in tree.iter("text")]


def place(element, name):
    return float(element.get(name).rstrip("%"))


# ---- what it shows ----


def test_it_spans_from_the_baseline_to_the_targets_date():
    shown = trend(facts(), months(110), ON)
    assert (shown.start, shown.end) == (dt.date(2025, 12, 31), dt.date(2026, 12, 31))
    assert shown.path == ((shown.start, 100), (shown.end, 220))


def test_each_value_stands_at_the_end_of_its_period_with_its_light():
    shown = trend(facts(), months(115, 115, 100), ON)
    assert [(point.day.month, point.light) for point in shown.points] == [
        (1, Light.GREEN),
        (2, Light.AMBER),
        (3, Light.RED),
    ]


def test_the_value_of_a_running_period_is_not_judged_yet():
    assert trend(facts(), months(1, 1, 1, 1, 1, 1), ON).points[-1].light is None


def test_a_missing_month_breaks_the_line_and_is_unmeasured():
    shown = trend(facts(), months(110, 120, None, 140, 150), ON)
    assert shown.gaps == (dt.date(2026, 3, 1),)
    assert [(one[1], other[1]) for one, other in shown.lines] == [(100, 110), (110, 120), (140, 150)]


def test_the_line_does_not_jump_from_the_baseline_over_a_missing_month():
    assert trend(facts(), months(None, 120, 130), ON).lines[0][0][1] == 120


def test_a_value_has_ten_days_before_its_period_is_unmeasured():
    assert trend(facts(), months(1, 1, 1, 1), dt.date(2026, 6, 9)).gaps == ()
    assert trend(facts(), months(1, 1, 1, 1), dt.date(2026, 6, 10)).gaps == (dt.date(2026, 5, 1),)


def test_a_path_that_ends_in_sight_bends_and_a_flat_one_does_not():
    bent = trend(facts(target_on=dt.date(2026, 3, 31)), months(1, 1, 1, 1, 1), ON)
    assert [amount for _day, amount in bent.path] == [100, 220, 220]
    flat = trend(facts(direction="at_most"), months(1), ON)
    assert [amount for _day, amount in flat.path] == [220, 220]


def test_a_running_total_shows_its_newest_year_alone():
    values = {dt.date(2025, 12, 1): D(190), **months(15, 31)}
    shown = trend(facts(kind="running_total", baseline_on=None, baseline=None), values, ON)
    assert (shown.start, shown.end) == (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert [point.value for point in shown.points] == [15, 31]
    assert shown.path[-1][1] == 220


def test_without_target_and_baseline_it_begins_with_the_first_value():
    known = facts(baseline=None, baseline_on=None, target=None, target_on=None)
    shown = trend(known, months(None, None, 5), ON)
    assert (shown.start, shown.path, shown.baseline) == (dt.date(2026, 3, 1), (), None)
    assert shown.points[0].light == Light.WAITING


amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
frequencies = st.sampled_from([dates.MONTH, dates.QUARTER, dates.YEAR])
indicators = st.builds(
    facts,
    direction=st.sampled_from(["higher", "lower", "at_least", "at_most"]),
    kind=st.sampled_from(["level", "running_total"]),
    frequency=frequencies,
    baseline=st.none() | amounts,
    baseline_on=st.none() | st.dates(dt.date(2015, 1, 1), dt.date(2026, 12, 31)),
    target=st.none() | amounts,
    target_on=st.none() | st.dates(dt.date(2026, 12, 31), dt.date(2040, 12, 31)),
)
entered = st.dictionaries(st.dates(dt.date(2015, 1, 1), ON), amounts, max_size=12)


def by_period(known, days):
    return {dates.period_start(day, known.frequency): value for day, value in days.items()}


@given(known=indicators, days=entered)
def test_every_period_in_sight_has_a_value_or_a_gap_never_both(known, days):
    values = by_period(known, days)
    shown = trend(known, values, ON)
    assert shown.start < shown.end
    points = {point.period for point in shown.points}
    assert points <= values.keys()
    assert not points & set(shown.gaps)
    assert all(shown.start <= point.day <= shown.end for point in shown.points)
    assert all(amount == target_path(known, day) for day, amount in shown.path)


# ---- how it is drawn ----


@given(known=indicators, days=entered, unit=st.sampled_from(["number", "percent", "eur", "score", "count"]))
def test_whatever_the_figures_everything_stands_inside_the_drawing(known, days, unit):
    values = by_period(known, days)
    shown = trend(known, values, ON)
    if not (shown.points or shown.path or shown.baseline):
        assert chart_svg(shown, ON, name="Orders", unit=unit, key=7) == ""
        return
    tree = drawn(known, values, unit=unit)
    for one in tree.iter():
        assert "style" not in one.attrib, "the content policy allows none"
        for name in ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "width"):
            if one.get(name, "").endswith("%"):
                assert -0.01 <= place(one, name) <= 100.01
    assert len(of_class(tree, "pt")) == len(shown.points)
    assert len(of_class(tree, GAP)) == len(shown.gaps)
    assert len(of_class(tree, LINE)) == len(shown.lines)


def test_points_carry_their_light_as_shape_and_class():
    tree = drawn(facts(), months(115, 115, 100))
    shapes = [(one.get("class"), one[1].tag) for one in of_class(tree, "pt")]
    assert shapes == [("pt g", "circle"), ("pt a", "path"), ("pt r", "rect")]
    assert of_class(tree, "pt")[2][0].text == "Mar 2026: 100 (Red)"


def test_a_gap_is_a_band_where_the_month_is_and_nothing_at_zero():
    tree = drawn(facts(), months(110, 120, None, 140, 150))
    (band,) = of_class(tree, GAP)
    assert band[0].text == "Mar 2026: Not measured"
    assert place(band, "x") == pytest.approx(100 * 60 / 365, abs=0.1)
    assert place(band, "width") == pytest.approx(100 * 31 / 365, abs=0.1)
    assert "0" not in texts(tree), "the axis begins near the values"


def test_today_and_the_baseline_are_marked():
    tree = drawn(facts(), months(110))
    assert place(of_class(tree, TODAY)[0], "x1") == pytest.approx(100 * 162 / 365, abs=0.1)
    assert "today" in texts(tree)
    assert place(of_class(tree, BASE)[0], "cx") == 0


def test_today_is_not_marked_where_it_is_out_of_sight():
    assert of_class(drawn(facts(target_on=dt.date(2026, 3, 31)), months(1, 1, 1), dt.date(2026, 4, 20)), TODAY) == []


def test_higher_amounts_stand_higher():
    low, high = (place(one, "y") for one in of_class(drawn(facts(), months(110, 200)), "pt"))
    assert high < low


@pytest.mark.parametrize(("language", "expected"), [("en", {"€1,000", "€1,100"}), ("nl", {"€\N{NO-BREAK SPACE}1.000"})])
def test_the_axis_speaks_the_readers_language(language, expected):
    with translation.override(language):
        labels = texts(drawn(facts(baseline=D(1000), target=D(1400)), months(1000), unit="eur"))
    assert expected <= set(labels)


@given(known=indicators, days=entered)
def test_the_axes_have_few_labels_and_none_twice(known, days):
    values = by_period(known, days)
    shown = trend(known, values, ON)
    if not (shown.points or shown.path or shown.baseline):
        return
    tree = drawn(known, values)
    down = [one.text for one in of_class(tree, "tick") if one.get("x") == "-10"]
    across = [one.text for one in of_class(tree, "tick") if one.get("dy") == "22"]
    assert 2 <= len(down) <= 6
    assert len(across) <= LABELS_AT_MOST + 1
    assert len(set(down)) == len(down)
    assert len(set(across)) == len(across)


@given(low=amounts, high=amounts, whole=st.booleans())
def test_ticks_are_round_evenly_spaced_and_hold_all_values(low, high, whole):
    low, high = sorted([low, high])
    found = ticks(low, high, whole=whole)
    assert found[0] <= low
    assert high <= found[-1]
    steps = {later - earlier for earlier, later in pairwise(found)}
    assert len(steps) == 1
    (step,) = steps
    assert step.normalize().as_tuple().digits in {(1,), (2,), (5,)}
    assert not whole or step == step.to_integral_value()


def test_a_name_cannot_break_out_of_the_drawing():
    svg = chart_svg(trend(facts(), months(1), ON), ON, name='<script>"&', unit="number", key=7)
    assert "<script>" not in svg
    assert tree_of(svg)[0].text == 'Course of <script>"&'


# ---- the same in words ----


def test_the_chart_has_a_title_and_the_same_in_words():
    tree = drawn(facts(), months(110, 120, None, 100))
    title, words = tree[0], tree[1]
    assert tree.get("role") == "img"
    assert (tree.get("aria-labelledby"), tree.get("aria-describedby")) == (title.get("id"), words.get("id"))
    assert title.text == "Course of Orders"
    for sentence in (
        "The target path goes from 100 on 31 Dec 2025 to 220 on 31 Dec 2026.",
        "The baseline was 100 on 31 Dec 2025.",
        "The newest value is 100, of Apr 2026: Red.",
        "Lowest 100 (Apr 2026), highest 120 (Feb 2026).",
        "Not measured: Mar 2026, May 2026.",
    ):
        assert sentence in words.text


def test_the_words_fit_what_little_is_known():
    flat = sentences(trend(facts(direction="at_least"), {}, ON), unit="percent")
    assert "The target is 220% throughout." in flat
    assert "There is no value yet." in flat
    assert sentences(
        trend(facts(target=None, baseline=None, baseline_on=None), months(None, None, None, None, 5), ON), unit=""
    ) == ["The newest value is 5, of May 2026."]


def test_many_missing_periods_are_counted_not_all_named():
    said = sentences(trend(facts(baseline_on=dt.date(2025, 6, 30)), {}, ON), unit="number")[-1]
    assert re.fullmatch(r"Not measured: Jul 2025, .*, Dec 2025, 5 more\.", said)
