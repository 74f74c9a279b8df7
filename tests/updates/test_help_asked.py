"""The same question is open once, however often updates repeat it. Source: product page, 'The update'."""

from __future__ import annotations

from actions.models import Action
from ogsm.accounts.models import User

from .conftest import Give


def test_a_question_that_is_still_open_is_not_asked_again(going: Action, give: Give) -> None:
    for days_ago, need in ((3, "A"), (2, "B"), (1, "A"), (0, "B")):
        give(going, days_ago, need=need)
    assert [(help_.text, help_.state) for help_ in going.help_requests.all()] == [("A", "open"), ("B", "open")]
    going.refresh_from_db()
    assert going.open_help == 2


def test_an_earlier_question_is_passed_on_when_it_is_asked_of_somebody_else(
    going: Action, give: Give, member: User
) -> None:
    give(going, 2, need="A")
    give(going, 1, need="B")
    give(going, need="A", need_of=member)
    assert [(help_.text, help_.asked_of) for help_ in going.help_requests.all()] == [("A", member), ("B", None)]


def test_a_question_that_was_answered_before_another_is_asked_anew(going: Action, give: Give, at, member: User) -> None:
    give(going, 2, need="A")
    going.help_requests.get().reply("no", by=member, at=at)
    give(going, 1, need="B")
    give(going, need="A")
    assert [(help_.text, help_.state) for help_ in going.help_requests.all()] == [
        ("A", "no"), ("B", "open"), ("A", "open"),
    ]  # fmt: skip


def test_a_correction_makes_no_second_open_question_either(going: Action, give: Give, responsible: User, at) -> None:
    give(going, 1, need="A")
    update = give(going, need="B")
    update.correct(by=responsible, at=at, need="A")
    assert [(help_.text, help_.state) for help_ in going.help_requests.all()] == [("A", "open"), ("B", "closed")]
    going.refresh_from_db()
    assert going.open_help == 1


def test_closing_what_is_open_asks_nothing_of_it_again(going: Action, give: Give) -> None:
    for days_ago, need in ((3, "A"), (2, "B"), (1, "A")):
        give(going, days_ago, need=need)
    give(going, status="done", need="A", close_help=True)
    assert set(going.help_requests.values_list("state", flat=True)) == {"closed"}


def test_what_is_asked_while_closing_the_rest_stays_open(going: Action, give: Give) -> None:
    give(going, 1, need="A")
    give(going, need="B", close_help=True)
    assert [(help_.text, help_.state) for help_ in going.help_requests.all()] == [("A", "closed"), ("B", "open")]
