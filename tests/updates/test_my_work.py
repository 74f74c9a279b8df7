"""My work: a short letter with what I must do, and nothing of anybody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice, Plan
from tests import factories
from updates.models import Update
from updates.my_work import Letter, letter_for, owed_count

from .conftest import Give

SignIn = Callable[[User], Client]
WORK = {"HX-Request": "true", "HX-Target": "my-updates"}
DAY = dt.timedelta(days=1)


def letter_of(client: Client) -> Letter:
    return client.get("/").context["letter"]


def give_url(action: Action) -> str:
    return reverse("updates:update_give", args=[action.plan_id, action.pk])


# ---- what is owed ----


def test_it_lists_exactly_what_i_owe(
    plan: Plan,
    choice: Choice,
    going: Action,
    late: Action,
    action: Action,
    responsible: User,
    member: User,
    client_of: SignIn,
    give: Give,
    on: dt.date,
    at: dt.datetime,
) -> None:
    """Not what has not begun, is current, done, archived, another's, or in a draft."""
    mine = {"choice": choice, "responsible": responsible}
    begun = factories.ActionFactory(**mine, starts_on=on - DAY)
    current = factories.ActionFactory(**mine, status="doing")
    give(current, 1)
    factories.ActionFactory(**mine, status="done")
    factories.ActionFactory(**mine, status="doing").archive(by=None, at=at)
    involved = factories.ActionFactory(choice=choice, responsible=member, status="doing")
    involved.involved.add(responsible)
    draft = factories.PlanFactory(state="draft")
    factories.ActionFactory(choice=factories.ChoiceFactory(plan=draft), responsible=responsible, status="doing")
    owed = [item.action for item in letter_of(client_of(responsible)).owed]
    assert set(owed) == {late, begun, going}
    assert owed[0] == late, "the worst first"
    assert set(owed) == set(Action.objects.owed(on).filter(responsible=responsible))
    assert owed_count(responsible, on) == 3


def test_who_only_reads_now_owes_nothing(going: Action, responsible: User, client_of: SignIn, on: dt.date) -> None:
    going.plan.memberships.filter(user=responsible).update(role="viewer")
    assert owed_count(responsible, on) == 0
    assert "You are a viewer" in client_of(responsible).get("/").text


def test_who_left_the_plan_sees_nothing_of_it(going: Action, responsible: User, client_of: SignIn) -> None:
    going.plan.memberships.filter(user=responsible).delete()
    assert going.result not in client_of(responsible).get("/").text


def test_the_first_is_open_and_the_others_are_one_line(
    going: Action, late: Action, responsible: User, client_of: SignIn, give: Give
) -> None:
    give(going, 40)
    page = client_of(responsible).get("/").text
    assert page.count('name="done"') == 1
    assert f'id="update-form-{late.pk}"' in page
    assert f'hx-get="{give_url(going)}"' in page
    assert reverse("updates:update_unchanged", args=[going.plan_id, going.pk]) in page
    assert reverse("updates:update_unchanged", args=[late.plan_id, late.pk]) not in page


def test_the_menu_counts_the_same(going: Action, late: Action, responsible: User, client_of: SignIn) -> None:
    page = client_of(responsible).get(reverse("accounts:profile")).text
    assert '<span class="count" id="my-work-count">2</span>' in page


# ---- the greeting ----


@pytest.mark.parametrize(
    ("hour", "words"), [(8, "Good morning Joost"), (14, "Good afternoon Joost"), (21, "Good evening Joost")]
)
def test_it_greets_by_the_time_of_day(
    plan: Plan, responsible: User, client_of: SignIn, at: dt.datetime, hour: int, words: str
) -> None:
    client = client_of(responsible)
    with time_machine.travel(at.replace(hour=hour)):
        assert words in client.get("/").text


def test_it_says_how_much_work_is_left_before_which_session(
    going: Action, late: Action, responsible: User, client_of: SignIn, at: dt.datetime
) -> None:
    factories.SessionFactory(plan=going.plan, starts_at=at + 7 * DAY)
    page = " ".join(client_of(responsible).get("/").text.split())
    assert "Thursday 18 June at 09:00 is the update session." in page
    assert "You still have <b>2 updates</b> to give, about 4&nbsp;minutes." in page


def owed_elsewhere(user: User, number: int = 1) -> Plan:
    """Another plan, where the user owes so many updates."""
    plan = factories.PlanFactory(name="Duurzaam 2026")
    choice = factories.ChoiceFactory(plan=plan)
    for _index in range(number):
        factories.ActionFactory(choice=choice, responsible=user, status="doing")
    return plan


@pytest.mark.parametrize(
    ("number", "words"), [(1, "And <b>1</b> more for another plan."), (2, "And <b>2</b> more for other plans.")]
)
def test_what_is_owed_in_other_plans_is_not_work_for_the_next_session(
    going: Action, late: Action, responsible: User, client_of: SignIn, at: dt.datetime, number: int, words: str
) -> None:
    other = owed_elsewhere(responsible, number)
    factories.SessionFactory(plan=going.plan, starts_at=at + 4 * DAY)
    factories.SessionFactory(plan=other, starts_at=at + 9 * DAY)
    page = " ".join(client_of(responsible).get("/").text.split())
    assert "is the update session of Groei 2026." in page
    assert f"You still have <b>2 updates</b> to give, about 4&nbsp;minutes. {words}" in page


def test_updates_owed_only_where_no_session_is_planned_are_said_to_be_for_other_plans(
    plan: Plan, responsible: User, client_of: SignIn, at: dt.datetime
) -> None:
    owed_elsewhere(responsible)
    factories.SessionFactory(plan=plan, starts_at=at + 4 * DAY)
    page = " ".join(client_of(responsible).get("/").text.split())
    assert "is the update session of Groei 2026." in page
    assert "You still have <b>1 update</b> to give for another plan, about 2&nbsp;minutes." in page


def test_without_any_session_all_that_is_owed_is_counted_together(
    going: Action, responsible: User, client_of: SignIn
) -> None:
    owed_elsewhere(responsible)
    page = " ".join(client_of(responsible).get("/").text.split())
    assert "You still have <b>2 updates</b> to give, about 4&nbsp;minutes." in page
    assert "for another plan" not in page


@pytest.mark.parametrize(
    ("state", "hours", "words"),
    [("planned", 3, "Today at 12:00 is the update session."), ("running", -1, "The update session is running now.")],
)
def test_today_and_now(
    plan: Plan, responsible: User, client_of: SignIn, at: dt.datetime, state: str, hours: int, words: str
) -> None:
    factories.SessionFactory(plan=plan, starts_at=at + dt.timedelta(hours=hours), state=state)
    assert words in client_of(responsible).get("/").text


def test_a_session_that_was_missed_is_not_the_next(
    plan: Plan, responsible: User, client_of: SignIn, at: dt.datetime
) -> None:
    factories.SessionFactory(plan=plan, starts_at=at - 5 * DAY)
    assert letter_of(client_of(responsible)).sessions == []


# ---- answering ----


def test_answering_changes_the_letter_in_place(
    going: Action, late: Action, responsible: User, client_of: SignIn
) -> None:
    client = client_of(responsible)
    form = {"done": "Gedaan", "status": "doing", "light": "green", "ask": "neither"}
    answer = client.post(give_url(late), form, headers=WORK)
    words = " ".join(answer.text.split())
    assert answer.status_code == 200
    assert "<html" not in words
    assert "1 of 2" in words
    assert "<b>1 update</b>" in words
    assert "Update given today, 09:00" in words
    assert f'id="update-form-{going.pk}"' in words, "the next one is open"
    assert words.count("autofocus") == 1
    assert 'id="my-soon" hx-swap-oob="true"' in words
    assert 'id="my-work-count" hx-swap-oob="true">1<' in words
    assert "Update given." in answer.headers["HX-Trigger"]


def test_after_the_last_answer_i_am_up_to_date(going: Action, responsible: User, client_of: SignIn) -> None:
    client = client_of(responsible)
    answer = client.post(give_url(going), {"status": "doing", "light": "green"}, headers=WORK)
    assert "You are up to date" in answer.text
    assert "1 of 1" in answer.text
    page = client.get("/")
    assert page.context["my_work_count"] == 0
    assert reverse("updates:update_correct", args=[going.plan_id, going.updates.get().pk]) in page.text


def test_without_javascript_it_leads_back_here(going: Action, responsible: User, client_of: SignIn) -> None:
    client = client_of(responsible)
    answer = client.post(give_url(going), {"status": "doing", "back": "work"}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "Update given." in answer.text
    page = client.get(give_url(going) + "?back=work")
    assert '<input type="hidden" name="back" value="work">' in page.text


def test_what_was_given_for_the_last_session_is_not_progress_for_the_next(
    going: Action, responsible: User, plan_owner: User, client_of: SignIn, give: Give, at: dt.datetime
) -> None:
    give(going, 3)
    session = factories.SessionFactory(plan=going.plan, starts_at=at - 2 * DAY)
    session.start(by=plan_owner, at=at - 2 * DAY)
    session.close(by=plan_owner, at=at - 2 * DAY)
    letter = letter_of(client_of(responsible))
    assert (letter.owed, letter.given) == ([], [])
    give(going, 1)
    assert [item.action for item in letter_of(client_of(responsible)).given] == [going]


def test_what_an_involved_colleague_said_counts_for_the_responsible(
    going: Action, responsible: User, member: User, client_of: SignIn, give: Give
) -> None:
    going.involved.add(member)
    give(going, 1, by=member)
    letter = letter_of(client_of(responsible))
    assert letter.given[0].given_words == f"Update given yesterday, 09:00, by {member.name}"
    assert not letter.given[0].may_correct


# ---- the rest of the letter ----


def test_late_off_plan_or_due_within_two_weeks(
    choice: Choice, late: Action, responsible: User, client_of: SignIn, give: Give, on: dt.date
) -> None:
    mine = {"choice": choice, "responsible": responsible}
    soon = factories.ActionFactory(**mine, deadline=on + 14 * DAY)
    factories.ActionFactory(**mine, deadline=on + 15 * DAY)
    red = factories.ActionFactory(**mine, deadline=on + 90 * DAY, status="doing")
    give(red, 1, light="red")
    silent = factories.ActionFactory(**mine, deadline=on + 90 * DAY, status="doing")
    letter = letter_of(client_of(responsible))
    assert set(letter.soon) == {late, soon, red}
    assert silent in [item.action for item in letter.owed]


def test_my_agreements_by_date(plan: Plan, responsible: User, member: User, client_of: SignIn, on: dt.date) -> None:
    later = factories.DecisionFactory(plan=plan, who=responsible, due_on=on + 9 * DAY)
    sooner = factories.DecisionFactory(plan=plan, who=responsible, due_on=on - DAY)
    factories.DecisionFactory(plan=plan, who=member)
    assert letter_of(client_of(responsible)).agreements == [sooner, later]


def test_indicators_i_must_enter(choice: Choice, responsible: User, choice_owner: User, client_of: SignIn) -> None:
    empty = factories.IndicatorFactory(choice=choice, entered_by=responsible, name="NPS")
    entered = factories.IndicatorFactory(choice=choice, entered_by=responsible, name="Omzet")
    factories.IndicatorValueFactory(indicator=entered)
    owners = factories.IndicatorFactory(choice=choice, name="Bezoeken")
    items = letter_of(client_of(responsible)).indicators
    assert [(item.indicator, item.period_words, item.is_unmeasured) for item in items] == [(empty, "May 2026", True)]
    assert [item.indicator for item in letter_of(client_of(choice_owner)).indicators] == [owners]


def test_the_next_session_with_my_share_of_its_agenda(
    going: Action, late: Action, responsible: User, client_of: SignIn, at: dt.datetime
) -> None:
    session = factories.SessionFactory(plan=going.plan, starts_at=at + 7 * DAY, place="Kantine")
    factories.SessionFactory(plan=going.plan, starts_at=at + 37 * DAY)
    page = client_of(responsible).get("/")
    assert [(item.session, item.my_lines) for item in page.context["letter"].sessions] == [(session, 2)]
    assert "Thursday 18 June (wk 25), 09:00–09:45" in page.text
    assert "Kantine" in page.text


def test_in_two_plans_each_line_names_its_plan(
    going: Action, responsible: User, client_of: SignIn, at: dt.datetime
) -> None:
    other = factories.PlanFactory(name="Duurzaam 2026")
    action = factories.ActionFactory(
        choice=factories.ChoiceFactory(plan=other, short_name="Energie"), responsible=responsible, status="doing"
    )
    for plan in (going.plan, other):
        factories.SessionFactory(plan=plan, starts_at=at + 5 * DAY)
    client = client_of(responsible)
    page = client.get("/")
    assert {item.choice_label for item in page.context["letter"].owed} == {
        "Groei 2026 · 1 Webshop",
        "Duurzaam 2026 · 1 Energie",
    }
    assert len(page.context["letter"].sessions) == 2
    opened = client.get(give_url(action), headers={"HX-Request": "true", "HX-Target": f"update-{action.pk}"})
    assert "Duurzaam 2026 · 1 Energie" in opened.text


# ---- empty pages say what to do ----


def test_who_is_in_no_plan_hears_whom_to_ask(stranger: User, client_of: SignIn) -> None:
    page = client_of(stranger).get("/").text
    assert "You are not in a plan yet" in page
    assert stranger.email in page
    assert reverse("plans:plan_new") not in page


def test_who_may_make_plans_begins_with_one(stranger: User, client_of: SignIn) -> None:
    User.objects.filter(pk=stranger.pk).update(can_create_plans=True)
    assert reverse("plans:plan_new") in client_of(stranger).get("/").text


def test_in_a_draft_nobody_owes_anything(stranger: User, client_of: SignIn) -> None:
    factories.MembershipFactory(user=stranger, plan=factories.PlanFactory(state="draft", name="Volgend jaar"))
    page = client_of(stranger).get("/").text
    assert "Your plan is still a draft" in page
    assert "Volgend jaar" in page


def test_nothing_owed(plan: Plan, member: User, client_of: SignIn) -> None:
    page = client_of(member).get("/").text
    assert "You are up to date" in page
    assert "Nothing is waiting for you." in page


# ---- nothing grows, nothing leaks ----


def fill(plan: Plan, user: User, colleague: User, number: int, give: Give, at: dt.datetime) -> None:
    """`number` of everything the letter can hold."""
    for index in range(number):
        choice = factories.ChoiceFactory(plan=plan, owner=user)
        owed = factories.ActionFactory(choice=choice, responsible=user, status="doing")
        give(owed, 50, need="Wie helpt?")
        given = factories.ActionFactory(choice=choice, responsible=user, status="doing")
        give(given, 1)
        asking = factories.ActionFactory(choice=choice, responsible=colleague, status="doing")
        give(asking, 1, need=f"Vraag {index}", need_of=user)
        factories.DecisionFactory(plan=plan, who=user, action=owed)
        factories.IndicatorFactory(choice=choice, entered_by=user)
        factories.SessionFactory(plan=plan, starts_at=at + (index + 1) * DAY)


def test_the_number_of_queries_does_not_grow(
    plan: Plan, responsible: User, member: User, client_of: SignIn, give: Give, on: dt.date, at: dt.datetime
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as context:
            letter_for(responsible, at=at, on=on)
        return len(context)

    client = client_of(responsible)
    fill(plan, responsible, member, 1, give, at)
    one = queries()
    with CaptureQueriesContext(connection) as page_of_one:
        assert client.get("/").status_code == 200
    fill(plan, responsible, member, 4, give, at)
    other = factories.PlanFactory()
    for user in (responsible, member):
        factories.MembershipFactory(plan=other, user=user)
    fill(other, responsible, member, 3, give, at)
    assert queries() == one <= 16
    with CaptureQueriesContext(connection) as page_of_all:
        page = client.get("/")
    letter = page.context["letter"]
    assert (len(letter.owed), len(letter.given), len(letter.helps), len(letter.agreements)) == (8, 8, 8, 8)
    assert len(page_of_all) <= len(page_of_one)


def test_nothing_changes_by_looking(going: Action, late: Action, responsible: User, client_of: SignIn) -> None:
    with CaptureQueriesContext(connection) as context:
        client_of(responsible).get("/")
    writes = [query["sql"] for query in context if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert not [sql for sql in writes if "session" not in sql and "last_login" not in sql]
    assert not Update.objects.exists()


def test_one_must_sign_in(client: Client, db: None) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
