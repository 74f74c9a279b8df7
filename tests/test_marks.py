"""The small marks of every page: what they say, to everybody who reads them."""

import datetime as dt
import re
from html import unescape
from types import SimpleNamespace

import pytest
from django.template import Context, Template

from actions.rules import Flag
from ogsm import marks

ON = dt.date(2026, 6, 8)
KARIN = SimpleNamespace(pk=1, name="Karin <de> Boer", initials="KB")
CHOICE = SimpleNamespace(number=3, short_name="R&D", colour=3)


def an_action(**values):
    defaults = {
        "status": "doing",
        "light": "red",
        "deadline": dt.date(2026, 6, 5),
        "original_deadline": dt.date(2026, 6, 5),
        "deadline_moves": 0,
        "flags": 0,
        "completed_on": None,
        "responsible": KARIN,
    }
    return SimpleNamespace(**{**defaults, **values})


def render(source, **context):
    return Template("{% load ogsm %}" + source).render(Context({"on": ON, **context}))


def words_of(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("green", "Green"),
        ("amber", "Amber"),
        ("red", "Red"),
        ("", "No judgement"),
        (None, "No judgement"),
        ("unmeasured", "Not measured"),
        ("todo", "To do"),
        ("done", "Done"),
    ],
)
def test_a_light_always_says_its_word(value, word):
    assert words_of(render("{% light value %}", value=value)) == word


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"status": "done", "completed_on": dt.date(2026, 5, 1), "light": "red"}, "Done 1 May"),
        ({"status": "doing", "light": "amber"}, "Amber"),
        ({"status": "doing", "light": ""}, "No judgement"),
        ({"status": "todo", "light": ""}, "To do"),
        ({"status": "todo", "light": "green"}, "Green"),
    ],
)
def test_an_action_shows_where_it_stands(values, word):
    assert words_of(render("{% action_light action dated=True %}", action=an_action(**values))) == word


@pytest.mark.parametrize(
    ("flags", "chips"),
    [
        (Flag.RED | Flag.AMBER | Flag.NOT_JUDGED, []),
        (Flag.LATE, []),
        (Flag.LATE | Flag.HELP, ["help wanted"]),
        (Flag.LATE | Flag.CONTRADICTION, ["green, but late"]),
        (Flag.EXPECTED_LATE | Flag.CONTRADICTION, ["green, but expected later"]),
        (Flag.START_OVERDUE | Flag.NO_UPDATE, ["should have started", "no update"]),
    ],
)
def test_a_reason_is_said_once(flags, chips):
    html = render("{% flags action on %}", action=an_action(flags=flags))
    assert re.findall(r"</svg>([^<]+)</span>", html) == chips


def test_lateness_gets_a_chip_only_where_no_deadline_is_shown():
    action = an_action(flags=Flag.LATE)
    assert render("{% flags action on %}", action=action) == ""
    assert words_of(render("{% flags action on late=True %}", action=action)) == "late"


def test_a_moved_deadline_is_shown_from_the_first_move():
    action = an_action(deadline_moves=1, original_deadline=dt.date(2026, 5, 24))
    assert words_of(render("{% flags action on %}", action=action)) == "+12 d, moved 1×"


def test_more_than_three_reasons_open_on_demand():
    flags = Flag.HELP | Flag.EXPECTED_LATE | Flag.START_OVERDUE | Flag.NO_UPDATE
    html = render("{% flags action on %}", action=an_action(flags=flags))
    before, _, hidden = html.partition("<details")
    assert before.count('class="flag ') == 3
    assert "+1" in hidden
    assert "no update" in hidden


def test_a_deadline_is_words_on_the_screen_and_a_date_on_paper():
    html = render("{% due action on clock=True %}", action=an_action())
    assert 'class="due due-late"' in html
    assert 'title="Friday 5 June 2026, wk 23"' in html
    assert "3 days late" in html
    assert "late: 5 Jun" in html


def test_a_finished_action_shows_the_day_it_was_done():
    action = an_action(status="done", completed_on=dt.date(2026, 3, 13))
    assert words_of(render("{% due action on %}", action=action)) == "13 Mar"


def test_nothing_is_due_without_a_date():
    assert render("{% due_date day on %}", day=None) == ""


def test_a_person_is_initials_with_the_name_for_everybody():
    html = render("{% who user %}", user=KARIN)
    assert "KB" in html
    assert html.count("Karin &lt;de&gt; Boer") == 2
    assert "who-me" not in html
    request = SimpleNamespace(user=SimpleNamespace(pk=1))
    assert "who-me" in render("{% who user %}", user=KARIN, request=request)
    assert render("{% who user %}{% person user %}", user=None) == ""


def test_a_choice_shows_number_and_name_beside_its_colour():
    assert words_of(render("{% choice_mark choice %}", choice=CHOICE)) == "3 R&D"
    assert words_of(render("{% choice_mark choice number=False %}", choice=CHOICE)) == "R&D"
    assert 'class="choice c3"' in render("{% choice_mark choice %}", choice=CHOICE)
    assert render("{% choice_mark choice %}", choice=None) == ""


def test_a_light_strip_ends_with_now():
    points = [(dt.date(2026, 5, 1), "green"), (dt.date(2026, 6, 1), "red")]
    html = render("{% light_strip points %}", points=points)
    assert words_of(html) == "Green May Red Jun"
    assert html.index("aria-current") > html.index("May")
    assert 'class="sr"' in render("{% light_strip points worded=False %}", points=points)


def test_a_sparkline_leaves_out_periods_without_a_value():
    html = str(marks.sparkline_html([1, None, 3], [1, 2, 3, 4, 5], "amber"))
    line = next(part for part in html.split("<") if part.startswith('polyline class="line"'))
    assert line.count(",") == 2
    assert 'class="last a" cx="36.0"' in html
    assert marks.sparkline_html([], [None]) == ""


def test_a_sparkline_of_one_flat_value_is_drawn_in_the_middle():
    assert 'cx="70.0" cy="11.0"' in marks.sparkline_html([5], [], "green")


def test_a_sparkline_needs_no_stylesheet_and_says_what_it_is_where_no_words_stand_beside_it():
    html = marks.sparkline_html([1, 2], [1, 3], "red", title="Course of <b>")
    assert html.count('stroke="#') == 2
    assert 'fill="#c62f2b"' in html
    assert "<title>Course of &lt;b&gt;</title>" in html
    assert "aria-hidden" not in html
    assert 'aria-hidden="true"' in marks.sparkline_html([1, 2])
