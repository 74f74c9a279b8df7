"""What a cell of somebody's own list means, in Dutch and English."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.recognise import (
    ChoiceName,
    Person,
    columns_of,
    guess_columns,
    is_total,
    match_choice,
    match_person,
    read_day,
    read_status,
    split_people,
)

ON = dt.date(2026, 6, 11)
KARIN, JOOST, SMIT = (
    Person(1, "Karin de Boer", "karin@example.org"),
    Person(2, "Joost van Leeuwen", "joost@example.org"),
    Person(3, "Karin Smit", "ks@example.org"),
)
PEOPLE = [KARIN, JOOST, SMIT]
WEBSHOP = ChoiceName(7, 1, "Webshop", "Meer installateurs bestellen online", "de webshop de snelste weg te maken")
MENSEN = ChoiceName(9, 2, "Mensen", "Iedereen kan zijn vak", "een opleiding per jaar")
CHOICES = [WEBSHOP, MENSEN]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3-2-2026", (2026, 2, 3)),
        ("03/02/26", (2026, 2, 3)),
        ("3.2.2026", (2026, 2, 3)),
        ("3 feb", (2026, 2, 3)),
        ("3 februari 2027", (2027, 2, 3)),
        ("Feb 3, 2026", (2026, 2, 3)),
        ("3rd March 2026", (2026, 3, 3)),
        ("3-mrt-26", (2026, 3, 3)),
        ("2026-02-03", (2026, 2, 3)),
        ("2026-02-03 00:00:00", (2026, 2, 3)),
        ("3/25/2026", (2026, 3, 25)),
        ("46056", (2026, 2, 3)),
        ("wk 24", (2026, 6, 12)),
        ("week 2 2027", (2027, 1, 15)),
        ("do 11 juni", (2026, 6, 11)),
        ("1 nov", (2026, 11, 1)),
        ("31-1", (2026, 1, 31)),
        ("Q3 2026", (2026, 9, 30)),
        ("K4", (2026, 12, 31)),
        ("eind juni 2026", (2026, 6, 30)),
        ("september", (2026, 9, 30)),
        ("half september", (2026, 9, 15)),
        ("begin okt. 2026", (2026, 10, 1)),
        ("sep-26", (2026, 9, 30)),
        ("sep '27", (2027, 9, 30)),
        ("sep 26", (2026, 9, 26)),
        ("uiterlijk 1 oktober", (2026, 10, 1)),
        ("vóór 1 okt 2026", (2026, 10, 1)),
        ("2026-W36", (2026, 9, 4)),
        ("3e kwartaal 2026", (2026, 9, 30)),
        ("kwartaal 3", (2026, 9, 30)),
        ("20260903", (2026, 9, 3)),
    ],
)
def test_a_day_in_either_language_is_read(text, day):
    assert read_day(text, ON) == dt.date(*day)


@pytest.mark.parametrize("text", ["", "x", "31-2-2026", "13-13-2026", "1", "zsm", "wk 60", "1-1-1999", "\u202e"])
def test_what_is_no_day_is_none(text):
    assert read_day(text, ON) is None


def test_a_week_or_a_month_as_a_start_is_its_first_day():
    assert read_day("wk 24", ON, start=True) == dt.date(2026, 6, 8)
    assert read_day("juni 2026", ON, start=True) == dt.date(2026, 6, 1)


@pytest.mark.parametrize("row", [["Totaal", "", "12"], ["", "Totaal aantal acties", "500"], ["Total", "€ 12,50"]])
def test_the_foot_of_a_list_is_no_action(row):
    assert is_total(row)


@pytest.mark.parametrize("row", [["Totaalplan is af", "", "12"], ["Totaal", "Joost", "1-9-2026"], ["", ""], ["12"]])
def test_an_action_about_a_total_is_one(row):
    assert not is_total(row)


@given(
    st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)),
    st.sampled_from(["%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y", "%d %b %Y"]),
)
def test_every_day_that_is_written_comes_back(day, pattern):
    assert read_day(day.strftime(pattern), ON) == day


@given(st.text(max_size=40))
def test_any_text_is_read_without_failing(text):
    read_day(text, ON)
    read_status(text)
    match_person(text, PEOPLE)
    match_choice(text, CHOICES)
    split_people(text, PEOPLE)


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("karin@example.org", KARIN),
        ("Karin de Boer", KARIN),
        ("KARIN DE BOER", KARIN),
        ("Boer, Karin de", KARIN),
        ("de Boer, Karin", KARIN),
        ("K. de Boer", KARIN),
        ("KdB", KARIN),
        ("Joost", JOOST),
        ("van Leeuwen", JOOST),
        ("@Joost", JOOST),
        ("Karin", None),
        ("", None),
        ("Truus", None),
    ],
)
def test_a_person_is_known_by_what_is_theirs_alone(text, person):
    assert match_person(text, PEOPLE) is person


def test_several_names_in_a_cell_are_parted_but_not_inside_a_name():
    assert split_people("Boer, Karin de; Joost en Karin Smit", PEOPLE) == ["Boer, Karin de", "Joost", "Karin Smit"]
    assert split_people("Joost, Karin Smit", PEOPLE) == ["Joost", "Karin Smit"]


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("1", WEBSHOP),
        ("HOE 2", MENSEN),
        ("2. Mensen", MENSEN),
        ("webshop", WEBSHOP),
        ("Iedereen kan zijn vak", MENSEN),
        ("bestellen online", WEBSHOP),
        ("1 Mensen", None),
        ("3", None),
        ("", None),
        ("12", None),
    ],
)
def test_a_choice_is_known_by_number_short_name_or_words(text, choice):
    assert match_choice(text, CHOICES) is choice


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Mee bezig", "doing"),
        ("in progress", "doing"),
        ("Afgerond", "done"),
        ("100%", "done"),
        ("te doen", "todo"),
        ("?", None),
    ],
)
def test_a_status_is_read_in_either_language(text, status):
    assert read_status(text) == status


@pytest.mark.parametrize(
    ("header", "kinds"),
    [
        ("Actie|Wie|Klaar", ["result", "responsible", "deadline"]),
        ("Result|Owner|Due date|Status|Notes", ["result", "responsible", "deadline", "status", "description"]),
        (
            "Nr|Keuze|Resultaat (wat is er waar?)|Verantwoordelijke|Betrokkenen|Startdatum|Einddatum",
            ["", "choice", "result", "responsible", "involved", "start", "deadline"],
        ),
        (
            "Wat|Wie|Wanneer|Speerpunt|Stand|Opm.",
            ["result", "responsible", "deadline", "choice", "status", "description"],
        ),
        ("Actie", ["result"]),
        ("Elke winkel heeft een plan|Joost|3 feb", None),
        ("", None),
    ],
)
def test_columns_are_known_by_their_headers(header, kinds):
    assert columns_of(header.split("|")) == kinds


def test_columns_without_headers_are_known_by_what_they_hold():
    rows = [
        ["1", "Elke winkel heeft een plan", "Joost", "1-7-2026", "1-9-2026", "bezig"],
        ["2", "Iets", "KdB", "", "wk 40", "klaar"],
    ]
    assert guess_columns(rows, PEOPLE, CHOICES, ON) == [
        "choice",
        "result",
        "responsible",
        "start",
        "deadline",
        "status",
    ]


def test_a_cell_full_of_names_is_read_no_further_than_twenty():
    assert split_people("a;" * 50_000, PEOPLE) == ["a"] * 20
