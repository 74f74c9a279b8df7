"""Whether a plan fits on one A3, and what it says to shorten when it does not."""

from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from plans.paper import MOST, TIGHT, TIGHT_FROM, Piece, Row, lines, paper_of
from tests import factories
from tests.documents import opened

AMBITION = "In 2028 is iedere installateur in het noorden onze klant"
GOALS = ["omzet", "marktaandeel"]
SHORT = "Elke installateur heeft een accountplan"
LONG = "Elke installateur in Noord- en Oost-Nederland heeft in juni een accountplan met daarin zijn groei en vragen"


def rows(actions, text=SHORT, choices=5, **values):
    """So many actions with that text, divided over the choices."""
    pieces = [Piece(number, text) for number in range(actions)]
    return [
        Row(pk, f"Keuze {pk}", "Wij groeien door aandacht", actions=tuple(pieces[pk::choices]), **values)
        for pk in range(choices)
    ]


def paper(rows, ambition=AMBITION, goals=GOALS):
    return paper_of(ambition, goals, rows, people=8)


def test_type_becomes_smaller_from_the_thirty_first_action_on():
    assert not paper(rows(TIGHT_FROM - 1)).is_tight
    assert paper(rows(TIGHT_FROM)).is_tight


def test_long_words_make_the_type_smaller_too():
    assert paper(rows(25, LONG * 2)).is_tight


def test_up_to_forty_four_actions_of_one_line_fit():
    assert not paper(rows(MOST)).is_too_full
    assert paper(rows(MOST + 1)).too_many == MOST + 1
    assert paper(rows(MOST + 30)).lines_over > 10


def test_a_choice_with_too_many_actions_is_named_with_their_number():
    advice = paper(rows(50, choices=2)).advice
    assert [(one.kind, one.choice, one.count) for one in advice] == [
        ("actions", "Keuze 0", 25),
        ("actions", "Keuze 1", 25),
    ]


def test_long_actions_are_named_the_longest_first():
    plan = rows(35)
    plan[0] = Row(9, "Lang", "Wij groeien", actions=(Piece(1, LONG * 4), Piece(2, LONG * 6), *(Piece(3, LONG),) * 20))
    named = [(one.pk, one.count) for one in paper(plan).advice if one.kind == "action"]
    assert named[0] == (2, lines(LONG * 6, TIGHT.text, 139))
    assert named[1] == (1, lines(LONG * 4, TIGHT.text, 139))


def test_only_what_makes_the_row_high_is_named():
    wordy = [Row(pk, "Keuze", "Wij groeien door veel meer woorden dan nodig is. " * 12) for pk in range(5)]
    assert {one.kind for one in paper(wordy).advice} == {"choice"}
    measured = rows(5, indicators=(Piece(7, "Het gemiddelde aantal bestellingen per klant en per maand"),) * 14)
    assert {one.kind for one in paper(measured).advice} == {"indicators", "indicator"}


def test_an_ambition_and_goals_that_take_too_much_room_are_named():
    assert "ambition" in {one.kind for one in paper(rows(44, LONG), ambition=AMBITION * 20).advice}
    assert "goals" in {one.kind for one in paper(rows(44, LONG), goals=GOALS * 6).advice}


def test_a_plan_without_anything_fits():
    assert not paper([], ambition="", goals=[]).is_too_full


@given(st.text(max_size=300), st.text(max_size=50))
def test_more_words_never_take_fewer_lines(text, more):
    assert lines(f"{text} {more}", 3.2, 100) >= lines(text, 3.2, 100)


@given(st.text(max_size=200), st.integers(1, 4))
def test_chips_behind_it_never_make_an_action_shorter(text, chips):
    assert lines(text, 3.2, 100, chips) >= lines(text, 3.2, 100)


def test_the_estimate_agrees_with_real_pages(client_of, plan, plan_owner):
    """With actions of two lines: what is said to fit is one page, and a few more are two."""
    fits = next(count for count in range(MOST, 0, -1) if not paper(rows(count, LONG)).lines_over)
    plan.ambition = AMBITION
    plan.save()
    choices = [
        factories.ChoiceFactory(plan=plan, goal="Wij groeien", how="aandacht", short_name=f"Keuze {number}")
        for number in range(5)
    ]
    for name in GOALS:
        factories.GoalFactory(plan=plan, name=name)
    people = [factories.UserFactory() for _ in range(8)]

    def pages(count):
        for number in range(plan.actions.count(), count):
            factories.ActionFactory(choice=choices[number % 5], responsible=people[number % 8], result=LONG)
        return len(opened(client_of(plan_owner).get(reverse("plans:plan_pdf", args=[plan.pk]))).pages)

    assert pages(fits) == 1
    assert pages(fits + 3) == 2
