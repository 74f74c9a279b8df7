"""The facilitator's own order and minutes: what was wished holds, and all the rest follows the rules."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.models import Action
from tests import factories
from tests.updates.meeting import page_of, planned, titles, url
from updates.agenda import Item, Kind, Section, build_agenda
from updates.agenda_order import Move, Wishes, arranged, placed
from updates.live_agenda import agenda_of
from updates.models import Session

DAY = dt.timedelta(days=1)
HTMX = {"HX-Request": "true"}

# ---- the rule itself ----

numbers = st.lists(st.integers(1, 12), unique=True, max_size=10)
key = st.integers(1, 12).map(lambda number: f"action-{number}")
moves = st.lists(st.builds(Move, key, st.none() | key, st.none() | key), max_size=6)


def items(ids: list[int]) -> list[Item]:
    return [Item(Kind.ACTION, number) for number in ids]


@given(numbers, moves)
def test_no_line_is_lost_or_doubled_by_moving(ids, moves):
    assert sorted(item.id for item in placed(items(ids), moves)) == sorted(ids)


@given(numbers, moves)
def test_lines_that_were_not_moved_keep_the_order_of_the_rules(ids, moves):
    moved = {move.key for move in moves}
    kept = [item.key for item in items(ids) if item.key not in moved]
    assert [item.key for item in placed(items(ids), moves) if item.key not in moved] == kept


@given(numbers.filter(lambda ids: len(ids) > 1), st.data())
def test_the_line_moved_last_stands_below_what_it_was_put_under(ids, data):
    mine, above = data.draw(st.permutations(ids))[:2]
    order = [item.id for item in placed(items(ids), [Move(f"action-{mine}", f"action-{above}", None)])]
    assert order.index(mine) == order.index(above) + 1


@pytest.mark.parametrize(
    ("move", "order"),
    [
        (Move("action-3", None, "action-1"), [3, 1, 2, 4]),
        (Move("action-1", "action-4", None), [2, 3, 4, 1]),
        (Move("action-1", "action-9", "action-4"), [2, 3, 1, 4]),
        (Move("action-1", "action-9", None), [2, 3, 4, 1]),
        (Move("action-1", "action-9", "action-8"), [1, 2, 3, 4]),
        (Move("action-9", "action-1", "action-2"), [1, 2, 3, 4]),
    ],
    ids=["on top", "last", "what was above is gone", "above is gone and nothing below", "both gone", "gone itself"],
)
def test_a_move_is_told_by_its_neighbours(move, order):
    assert [item.id for item in placed(items([1, 2, 3, 4]), [move])] == order


wished = st.dictionaries(key, st.integers(0, 60), max_size=5)


@given(st.sampled_from([30, 45, 60]), numbers, moves, wished)
def test_minutes_set_by_hand_hold_and_the_others_never_make_it_more_than_the_box(box, ids, moves, minutes):
    """What is set by hand counts first; 0 is outside the session; only hand-set minutes can exceed the box."""
    sections = arranged({"off_plan": items(ids)}, Wishes(tuple(moves), minutes))
    agenda = build_agenda(box, **sections)
    assert sorted(line.item.id for line in agenda.lines) == sorted(ids)
    lines = {line.item.key: line for line in agenda.lines}
    for name, number in minutes.items():
        if name in lines:
            assert lines[name].minutes == number
            assert (lines[name].section == Section.OUTSIDE) is (number == 0)
    if agenda.used > box:
        assert all(line.item.key in minutes for line in agenda.of(Section.OFF_PLAN))
    else:
        assert agenda.used + agenda.spare == box


@given(moves, wished)
def test_wishes_come_back_as_they_were_kept(moves, minutes):
    wishes = Wishes(tuple(moves), minutes)
    assert Wishes.read(wishes.as_json()) == wishes


# ---- on the page ----


@pytest.fixture
def actions(choice, responsible, on) -> list[Action]:
    """Three late ones, the longest first."""
    names = ("Eerste", "Tweede", "Derde")
    return [
        factories.ActionFactory(
            choice=choice, responsible=responsible, status="doing", deadline=on - (9 - n) * DAY, result=name
        )
        for n, name in enumerate(names)
    ]


@pytest.fixture
def session(plan, actions) -> Session:
    return planned(plan, 3)


@pytest.fixture
def facilitator(client_of, process_owner):
    return client_of(process_owner)


def ask(client, name: str, session: Session, action: Action | None = None, **values):
    line = f"?line=action-{action.pk}" if action else ""
    return client.post(url(name, session.plan_id, session.pk) + line, values, headers=HTMX)


def shown(session: Session, section: str = "off-plan") -> list[str]:
    session.refresh_from_db()
    return titles(agenda_of(session, factories.ON), section)


def test_a_line_is_dragged_above_another_and_put_back(facilitator, session, actions):
    first, _second, third = actions
    answer = ask(facilitator, "line_place", session, third, before=f"action_{first.pk}")
    assert answer.status_code == 200
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["text"] == "“Derde” is now number 1 of 3 in Off plan."
    assert shown(session) == ["Derde", "Eerste", "Tweede"]
    undo = url("line_place", session.plan_id, session.pk) + f"?line=action-{third.pk}&after=action-{actions[1].pk}"
    assert facilitator.post(undo, headers=HTMX).status_code == 200
    assert shown(session) == ["Eerste", "Tweede", "Derde"]


@pytest.mark.parametrize(
    ("place", "to", "order"),
    [
        (0, "up", ["Eerste", "Tweede", "Derde"]),
        (0, "down", ["Tweede", "Eerste", "Derde"]),
        (2, "up", ["Eerste", "Derde", "Tweede"]),
        (2, "down", ["Eerste", "Tweede", "Derde"]),
    ],
)
def test_up_and_down_stop_at_the_ends(facilitator, session, actions, place, to, order):
    assert ask(facilitator, "line_place", session, actions[place], to=to).status_code == 200
    assert shown(session) == order


def test_the_order_of_the_page_is_the_order_that_is_fixed(facilitator, session, actions, process_owner, at):
    ask(facilitator, "line_place", session, actions[2], before=f"action_{actions[0].pk}")
    ask(facilitator, "line_minutes", session, actions[1], minutes="8")
    session.refresh_from_db()
    session.start(by=process_owner, at=at)
    lines = session.lines.filter(section="off-plan")
    assert [(line.title, line.minutes) for line in lines] == [("Derde", 5), ("Eerste", 5), ("Tweede", 8)]


def test_a_line_that_becomes_worse_still_rises_among_those_nobody_moved(facilitator, session, actions, choice, on, at):
    ask(facilitator, "line_place", session, actions[0], to="down")
    worse = factories.ActionFactory(choice=choice, status="doing", deadline=on - 30 * DAY, result="Nieuw en erger")
    assert worse.result == shown(session)[0]


def test_minutes_are_set_by_hand_and_left_to_the_rules_again(facilitator, session, actions):
    assert ask(facilitator, "line_minutes", session, actions[0], minutes="12").status_code == 200
    page = page_of(facilitator, session)
    assert f'data-agenda-line="action-{actions[0].pk}" data-flags="late not-judged no-update" data-minutes="12"' in page
    assert "set by hand" in page
    assert "Back to the order and minutes of the rules" in page
    ask(facilitator, "line_minutes", session, actions[0], minutes="")
    assert "set by hand" not in page_of(facilitator, session)


def test_a_line_is_sent_outside_and_put_on_the_agenda_again(facilitator, session, actions):
    ask(facilitator, "line_minutes", session, actions[0], minutes="0")
    assert shown(session) == ["Tweede", "Derde"]
    assert shown(session, "outside") == ["Eerste"]
    page = page_of(facilitator, session)
    assert "Put on the agenda" in page
    ask(facilitator, "line_minutes", session, actions[0], minutes="")
    assert shown(session) == ["Eerste", "Tweede", "Derde"]


def test_what_did_not_fit_is_put_on_the_agenda_with_minutes_of_its_own(facilitator, plan, choice, responsible, on):
    lines = [
        factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - (9 - n) * DAY, result=str(n))
        for n in range(8)
    ]
    session = planned(plan, 3, minutes=15)
    assert shown(session, "outside")[-1] == "7"
    ask(facilitator, "line_minutes", session, lines[7], minutes="3")
    assert "7" in shown(session)
    agenda = agenda_of(session, on)
    assert agenda.used <= agenda.box


def test_too_many_minutes_are_said_and_never_stop_anything(facilitator, session, actions, process_owner, at):
    for action in actions:
        ask(facilitator, "line_minutes", session, action, minutes="20")
    page = page_of(facilitator, session)
    assert "<b>66</b> of 45 minutes divided" in page
    assert "21 minutes too many" in page
    session.refresh_from_db()
    session.start(by=process_owner, at=at)
    assert session.is_running


def test_back_to_the_rules(facilitator, session, actions):
    ask(facilitator, "line_place", session, actions[2], before=f"action_{actions[0].pk}")
    ask(facilitator, "line_minutes", session, actions[1], minutes="0")
    assert ask(facilitator, "agenda_reset", session).status_code == 200
    assert shown(session) == ["Eerste", "Tweede", "Derde"]
    assert "Back to the order" not in page_of(facilitator, session)


def test_going_back_to_the_rules_is_undone(facilitator, session, actions):
    ask(facilitator, "line_place", session, actions[2], before=f"action_{actions[0].pk}")
    answer = ask(facilitator, "agenda_reset", session)
    undo = json.loads(answer.headers["HX-Trigger"])["toast"]["undo_url"]
    assert facilitator.post(undo, headers=HTMX).status_code == 200
    assert shown(session) == ["Derde", "Eerste", "Tweede"]


@pytest.mark.parametrize("minutes", ["61", "x", "-1", "1.5", "9" * 30, "٣"])
def test_minutes_that_are_none_are_refused(facilitator, session, actions, minutes):
    assert ask(facilitator, "line_minutes", session, actions[0], minutes=minutes).status_code == 422
    assert not session.wishes


def test_a_point_of_our_own_is_never_outside(facilitator, plan, session):
    point = factories.AgendaPointFactory(plan=plan, text="Vakantie")
    there = url("line_minutes", plan.pk, session.pk) + f"?line=point-{point.pk}"
    assert facilitator.post(there, {"minutes": "0"}).status_code == 422
    assert facilitator.post(there, {"minutes": "7"}).status_code == 302
    assert 'data-minutes="7"' in page_of(facilitator, session)


@pytest.mark.parametrize("values", [{}, {"before": "action_1"}, {"after": "x"}, {"to": "left"}])
def test_a_place_that_is_none_is_refused(facilitator, session, actions, values):
    assert ask(facilitator, "line_place", session, actions[0], **values).status_code == 422


def test_a_line_that_is_not_on_the_agenda_is_not_found(facilitator, session, choice):
    on_plan, elsewhere = factories.ActionFactory(choice=choice), factories.ActionFactory()
    assert ask(facilitator, "line_place", session, elsewhere, to="up").status_code == 404
    assert ask(facilitator, "line_minutes", session, elsewhere, minutes="3").status_code == 404
    assert ask(facilitator, "line_place", session, on_plan, to="up").status_code == 422


@pytest.mark.parametrize("name", ["line_place", "line_minutes", "agenda_reset"])
def test_a_fixed_agenda_is_arranged_no_more(facilitator, session, actions, process_owner, at, name):
    session.start(by=process_owner, at=at)
    before = list(session.lines.values_list("pk", "position", "minutes"))
    assert ask(facilitator, name, session, actions[0], to="down", minutes="9").status_code == 409
    assert list(session.lines.values_list("pk", "position", "minutes")) == before


def test_only_who_runs_sessions_has_the_tools(client_of, facilitator, member, viewer, session, actions):
    assert "data-grip" in page_of(facilitator, session)
    for person in (member, viewer):
        assert "data-grip" not in page_of(client_of(person), session)
        assert "of 45 minutes divided" in page_of(client_of(person), session)
