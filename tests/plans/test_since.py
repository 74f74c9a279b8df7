"""What changed on the plan since a session, the plan's activation or a date: marked on the page, told in one line."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from plans.since import CHANGED, GONE, NEW, Moment, kind_of_change
from plans.since_read import changed_since
from tests import factories

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def later(at):
    return at + 2 * HOUR


@pytest.fixture
def moment(at):
    return Moment("x", at + HOUR, "then")


@pytest.fixture
def session(plan, at):
    """A session closed between the fixtures and what comes later."""
    return factories.SessionFactory(
        plan=plan, state="closed", starts_at=at, opened_at=at, started_at=at, closed_at=at + HOUR
    )


def page(client, plan, **query):
    response = client.get(reverse("plans:plan_page", args=[plan.pk]), query)
    assert response.status_code == 200
    return response.content.decode()


def words(html):
    return " ".join(strip_tags(html).split())


def told(plan, moment):
    return {
        change.piece: (change.what, [(one.label, one.before, one.after) for one in change.differences])
        for change in changed_since(plan, moment).pieces.values()
    }


@pytest.mark.parametrize(
    ("was_there", "is_there", "changed", "what"),
    [
        (False, True, ["name"], NEW),
        (True, True, ["name"], CHANGED),
        (True, True, [], ""),
        (True, False, ["name"], GONE),
        (False, False, ["name"], ""),
    ],
)
def test_a_piece_is_new_changed_gone_or_as_it_was(was_there, is_there, changed, what):
    assert kind_of_change(was_there=was_there, is_there=is_there, changed=changed) == what


def test_a_moved_deadline_is_a_change_from_what_it_was_then(plan, action, plan_owner, moment, later):
    action.shift_deadline(dt.date(2026, 8, 1), reason="Leverancier", by=plan_owner, at=later)
    action.shift_deadline(dt.date(2026, 9, 1), reason="Weer", by=plan_owner, at=later + HOUR)
    assert told(plan, moment) == {f"action-{action.pk}": (CHANGED, [("deadline", "11 Jul 2026", "1 Sep 2026")])}


def test_what_was_changed_back_is_no_change(plan, choice, plan_owner, moment, later):
    choice.change(by=plan_owner, at=later, stops="folders")
    choice.change(by=plan_owner, at=later + HOUR, stops="")
    assert told(plan, moment) == {}


def test_the_place_on_the_page_values_and_lights_are_no_change(plan, choice, action, plan_owner, moment, later):
    indicator = factories.IndicatorFactory(choice=choice)
    type(indicator).history.update(history_date=moment.at - HOUR)
    choice.change(by=plan_owner, at=later, position=9)
    indicator.enter(dt.date(2026, 5, 1), 3, by=plan_owner, at=later)
    action.change(by=plan_owner, at=later, light="red")
    assert told(plan, moment) == {}


def test_an_archived_choice_takes_what_it_holds_off_the_page(plan, choice, action, plan_owner, moment, later):
    choice.archive(by=plan_owner, at=later)
    assert {piece: what for piece, (what, _told) in told(plan, moment).items()} == {
        f"choice-{choice.pk}": GONE,
        f"action-{action.pk}": GONE,
    }


def test_what_came_and_went_in_between_is_left_out(plan, plan_owner, moment, later):
    goal = factories.GoalFactory(plan=plan)
    type(goal).history.filter(id=goal.pk).update(history_date=later)
    goal.archive(by=plan_owner, at=later + HOUR)
    assert told(plan, moment) == {}


def test_the_page_marks_a_changed_piece_in_words_and_leads_to_its_history(
    client_of, plan, choice, action, session, plan_owner, viewer, later
):
    action.shift_deadline(dt.date(2026, 9, 1), reason="Leverancier", by=plan_owner, at=later)
    plan.change(by=plan_owner, at=later, ambition="Groter")
    html = page(client_of(viewer), plan, since=f"session-{session.pk}")
    assert "2 pieces changed since the session of 11 June: 2 changed." in words(html)
    assert f"changed since the session of 11 June: {action.result}" in words(html)
    assert "<del>11 Jul 2026</del>" in html
    link = f"{reverse('plans:plan_history', args=[plan.pk])}?since=session-{session.pk}&amp;piece=action-{action.pk}"
    assert link in html


def test_without_a_moment_nothing_is_marked(client_of, plan, action, session, viewer):
    assert 'class="since ' not in page(client_of(viewer), plan)


def test_only_changed_leaves_out_the_rest(client_of, plan, choice, action, responsible, session, plan_owner, later):
    still = factories.ActionFactory(choice=choice, responsible=responsible, result="Blijft zoals het is")
    action.shift_deadline(dt.date(2026, 9, 1), reason="x", by=plan_owner, at=later)
    type(still).history.filter(id=still.pk).update(history_date=later - 3 * HOUR)
    html = page(client_of(plan_owner), plan, since=f"session-{session.pk}", changed="1")
    assert action.result in html
    assert still.result not in html


def test_a_piece_saved_in_place_keeps_its_mark(client_of, plan, session, plan_owner):
    goal = factories.GoalFactory(plan=plan, name="Omzet")
    address = reverse("plans:goal_edit", args=[plan.pk, goal.pk])
    client = client_of(plan_owner)
    goal_form = client.get(address).context["form"]
    fields = {name: goal_form[name].value() or "" for name in goal_form.fields}
    first = {f"initial-{name}": value for name, value in fields.items()}
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/plans/{plan.pk}/?since=2026-06-11"}
    answer = client.post(address, {**first, **fields, "name": "Marge"}, headers=headers)
    assert answer.status_code == 200
    assert 'class="since since-' in answer.content.decode()


def test_nothing_changed_says_so(client_of, plan, session, viewer):
    html = page(client_of(viewer), plan, since=f"session-{session.pk}")
    assert "Nothing on this page changed since the session of 11 June." in words(html)


def test_a_day_counts_from_its_start(client_of, plan, action, viewer):
    for query in ({"since": "2026-06-11"}, {"since": "date", "day": "2026-06-11"}):
        assert "pieces changed since 11 Jun 2026" in words(page(client_of(viewer), plan, **query))
    assert "Nothing on this page changed" in words(page(client_of(viewer), plan, since="2026-06-12"))


@pytest.mark.parametrize(
    "since", ["2026-02-31", "0001-01-01", "9999-12-31", "session-x", "session-99999999999999999999", "date", "\x00"]
)
def test_an_odd_moment_shows_the_page_without_marks(client_of, plan, action, viewer, since):
    assert 'class="since ' not in page(client_of(viewer), plan, since=since)


def test_a_session_of_another_plan_is_no_moment(client_of, plan, action, viewer, at):
    other = factories.SessionFactory(state="closed", starts_at=at, opened_at=at, started_at=at, closed_at=at)
    assert "since-line" not in page(client_of(viewer), plan, since=f"session-{other.pk}")


def test_the_marks_cost_the_same_however_much_changed(
    client_of, plan, choice, responsible, plan_owner, session, later, django_assert_max_num_queries
):
    client = client_of(plan_owner)
    for _round in range(2):
        for _number in range(8):
            factories.GoalFactory(plan=plan)
            factories.IndicatorFactory(choice=choice)
            action = factories.ActionFactory(choice=choice, responsible=responsible)
            type(action).history.filter(id=action.pk).update(history_date=session.closed_at - HOUR)
            action.shift_deadline(dt.date(2026, 9, 1), reason="x", by=plan_owner, at=later)
        with django_assert_max_num_queries(25):
            page(client, plan, since=f"session-{session.pk}")


def test_every_closed_session_can_be_chosen_the_last_one_first(client_of, plan, session, viewer, at):
    before = [at - dt.timedelta(days=30 * number) for number in (1, 2)]
    for day in before:
        factories.SessionFactory(plan=plan, state="closed", starts_at=day, opened_at=day, started_at=day, closed_at=day)
    html = page(client_of(viewer), plan)
    options = words(
        html.replace("</option>", " ").partition('<select name="since" id="since-moment">')[2].partition("</select>")[0]
    )
    assert options.startswith("the session of 11 June (the last one) the session of 12 May the session of 12 April")


def test_an_address_of_the_page_that_is_none_is_left_out(client_of, plan, viewer):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://%5B/", "HX-Current-URL-URI-AutoEncoded": "true"}
    assert client_of(viewer).get(plan.get_absolute_url(), headers=headers).status_code == 200
