"""The table of deadlines per person per month."""

import datetime as dt
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from plans.check.burden import DEADLINES_AT_MOST, MONTHS_SHOWN, burden_of, overfull_months
from plans.check.core import Person

from .pieces import JOOST, KARIN, ON, action

PEOPLE = [KARIN, JOOST, Person(3, "Ada Aalbers", "Aalbers, Ada")]
DAYS = st.dates(ON - dt.timedelta(days=100), ON + dt.timedelta(days=800))


@st.composite
def some_actions(draw):
    drawn = draw(st.lists(st.tuples(st.sampled_from(PEOPLE), DAYS, st.booleans()), max_size=40))
    return [
        action(pk, responsible=person, deadline=deadline, starts_on=None, is_done=done)
        for pk, (person, deadline, done) in enumerate(drawn)
    ]


def test_a_row_has_late_ones_months_and_what_comes_after_them():
    actions = [
        action(1, deadline=ON - dt.timedelta(days=1)),
        action(2, deadline=ON),
        action(3, deadline=dt.date(2026, 8, 31)),
        action(4, deadline=dt.date(2026, 8, 1), is_done=True),
        action(5, deadline=dt.date(2027, 9, 1), responsible=JOOST),
    ]
    burden = burden_of(actions, ON)
    assert len(burden.months) == MONTHS_SHOWN
    assert burden.months[0] == dt.date(2026, 6, 1)
    karin, joost = burden.rows
    assert (karin.person, karin.late, karin.months[:4], karin.later) == (KARIN, 1, (1, 0, 1, 0), 0)
    assert (joost.person, joost.late, sum(joost.months), joost.later) == (JOOST, 0, 0, 1)


def test_people_stand_in_the_order_of_their_family_names():
    actions = [action(pk, responsible=person) for pk, person in enumerate(PEOPLE)]
    assert [row.person.sort_name for row in burden_of(actions, ON).rows] == [
        "Aalbers, Ada",
        "Boer, Karin de",
        "Leeuwen, Joost van",
    ]


def test_the_table_ends_with_the_month_of_the_last_deadline():
    burden = burden_of([action(deadline=dt.date(2026, 9, 30))], ON)
    assert burden.months[-1] == dt.date(2026, 9, 1)
    assert burden.total.later == 0


def test_without_deadlines_to_come_there_are_no_months():
    assert burden_of([], ON).rows == ()
    late = burden_of([action(deadline=ON - dt.timedelta(days=3))], ON)
    assert (late.months, late.total.late) == ((), 1)


@given(some_actions())
def test_every_open_action_is_counted_exactly_once(actions):
    burden = burden_of(actions, ON)
    still_open = [one for one in actions if not one.is_done]
    total = burden.total
    assert total.late + sum(total.months) + total.later == len(still_open)
    assert {row.person for row in burden.rows} == {one.responsible for one in still_open}
    for row in burden.rows:
        mine = [one for one in still_open if one.responsible == row.person]
        assert row.late + sum(row.months) + row.later == len(mine)


@given(some_actions())
def test_a_month_is_full_exactly_when_a_person_has_more_than_three_to_come_in_it(actions):
    to_come = Counter(
        (one.responsible.pk, one.deadline.year, one.deadline.month)
        for one in actions
        if not one.is_done and one.deadline >= ON
    )
    full = {(one.person.pk, one.month.year, one.month.month): len(one.actions) for one in overfull_months(actions, ON)}
    assert full == {key: count for key, count in to_come.items() if count > DEADLINES_AT_MOST}
