"""Dates and quantities as people read them, in both languages."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from ogsm import words

ON = dt.date(2026, 6, 8)
EN, NL = "en", "nl"
S = words.NBSP


@pytest.mark.parametrize(
    ("language", "function", "expected"),
    [
        (EN, words.day, "Thursday 11 June"),
        (NL, words.day, "donderdag 11 juni"),
        (EN, words.day_year, "Thursday 11 June 2026"),
        (NL, words.day_year, "donderdag 11 juni 2026"),
        (EN, words.day_short, "11 Jun"),
        (NL, words.day_short, "11 jun"),
        (EN, words.day_short_year, "11 Jun 2026"),
        (NL, words.day_short_year, "11 jun 2026"),
        (EN, words.month_short, "Jun"),
        (NL, words.month_short, "jun"),
        (EN, words.month_year, "June 2026"),
        (NL, words.month_year, "juni 2026"),
    ],
)
def test_a_day_is_written_the_way_of_the_language(language, function, expected):
    with translation.override(language):
        assert function(dt.date(2026, 6, 11)) == expected


@pytest.mark.parametrize(("language", "expected"), [(EN, "08:41"), (NL, "08.41")])
def test_a_time_is_written_the_way_of_the_language(language, expected):
    with translation.override(language):
        assert words.clock(dt.time(8, 41, 30)) == expected


def test_a_moment_is_told_in_the_organisations_time_zone():
    just_after_midnight = dt.datetime(2026, 6, 10, 22, 30, tzinfo=dt.UTC)
    assert words.day(just_after_midnight) == "Thursday 11 June"
    assert words.clock(just_after_midnight) == "00:30"
    assert words.in_words(just_after_midnight, dt.date(2026, 6, 10)) == "tomorrow"


def test_a_date_says_its_iso_week():
    assert words.week(dt.date(2026, 6, 11)) == "wk 24"
    assert words.week(dt.date(2027, 1, 1)) == "wk 53"
    assert words.full_date(dt.date(2026, 6, 11)) == "Thursday 11 June 2026, wk 24"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-100, "3 months late"),
        (-59, "59 days late"),
        (-17, "17 days late"),
        (-1, "1 day late"),
        (0, "today"),
        (1, "tomorrow"),
        (2, "in 2 days"),
        (13, "in 13 days"),
        (14, "in 2 weeks"),
        (22, "in 3 weeks"),
        (53, "in 8 weeks"),
        (60, "in 2 months"),
        (84, "in 3 months"),
        (144, "in 5 months"),
        (800, "in 2 years"),
    ],
)
def test_a_deadline_is_told_in_words(days, expected):
    assert words.in_words(ON + dt.timedelta(days), ON) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (ON, "today"),
        (dt.date(2026, 6, 7), "yesterday"),
        (dt.date(2026, 5, 26), "13 days ago"),
        (dt.date(2026, 5, 11), "11 May"),
        (dt.date(2025, 12, 1), "1 Dec 2025"),
    ],
)
def test_something_that_happened_is_told_in_words(day, expected):
    assert words.ago(day, ON) == expected


@pytest.mark.parametrize(("days", "expected"), [(-1, "late"), (0, "soon"), (7, "soon"), (8, "far")])
def test_a_deadline_is_soon_for_a_week(days, expected):
    assert words.nearness(ON + dt.timedelta(days), ON) == expected


@pytest.mark.parametrize(
    ("value", "unit", "english", "dutch"),
    [
        ("14", "percent", "14%", "14%"),
        ("95.1000", "percent", "95.1%", "95,1%"),
        ("71400", "eur", "€71,400", f"€{S}71.400"),
        ("12.5", "eur", "€12.50", f"€{S}12,50"),
        ("53964.38", "eur", "€53,964", f"€{S}53.964"),
        ("48000000", "eur", "€48m", f"€{S}48{S}mln"),
        ("41650000", "eur", "€41.65m", f"€{S}41,65{S}mln"),
        ("-1250", "eur", "−€1,250", f"€{S}−1.250"),
        ("8.0000", "score", "8.0", "8,0"),
        ("7.45", "score", "7.45", "7,45"),
        ("1.9", "number", "1.9", "1,9"),
        ("1234.567", "number", "1,234.57", "1.234,57"),
        ("0.0035", "number", "0.0035", "0,0035"),
        ("0", "number", "0", "0"),
        ("522", "count", "522", "522"),
        ("1250", "count", "1,250", "1.250"),
        ("3", "FTE", f"3{S}FTE", f"3{S}FTE"),
    ],
)
def test_a_quantity_is_written_with_its_unit(value, unit, english, dutch):
    with translation.override(EN):
        assert words.quantity(Decimal(value), unit) == english
    with translation.override(NL):
        assert words.quantity(Decimal(value), unit) == dutch


def test_a_missing_value_is_a_dash_and_never_a_zero():
    assert words.quantity(None, "eur") == "—"
    assert words.quantity(Decimal(0), "eur") == "€0"


@pytest.mark.parametrize(
    ("language", "frequency", "long", "short"),
    [
        ("en", "month", "September 2026", "Sep 2026"),
        ("en", "quarter", "quarter 3 of 2026", "Q3 2026"),
        ("en", "year", "2026", "2026"),
        ("nl", "month", "september 2026", "sep 2026"),
        ("nl", "quarter", "kwartaal 3 van 2026", "K3 2026"),
    ],
)
def test_a_period_is_named_in_full_and_short(language, frequency, long, short):
    first = dt.date(2026, 7 if frequency == "quarter" else 9, 1)
    with translation.override(language):
        assert (words.period(first, frequency), words.period_short(first, frequency)) == (long, short)
