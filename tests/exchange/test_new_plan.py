"""A new plan from a workbook: what would be in it, who is who, and that it is made whole and once."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Indicator, Membership, Plan
from tests import factories

from .conftest import upload

ADDRESS = "/plans/new/workbook/"


@pytest.fixture
def filled(plan, choice, responsible, member):
    """A plan with one of everything."""
    factories.GoalFactory(plan=plan, name="Omzet", unit="eur", target=1_500_000, due_on=dt.date(2026, 12, 31))
    service = factories.ChoiceFactory(plan=plan, short_name="Service", goal="Snel antwoord", how="een team te maken")
    indicator = factories.IndicatorFactory(
        choice=service, name="Klachten", direction="lower", frequency="quarter", target="4.5", entered_by=member
    )
    factories.IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 1, 1), value="12.25")
    one = factories.ActionFactory(choice=choice, responsible=responsible, involved=[member], result="=Winkel is open")
    one.move_to("doing", by=responsible, at=factories.AT)
    Action.objects.filter(pk=one.pk).update(light="amber", description="Zie map\nop schijf")
    two = factories.ActionFactory(choice=service, responsible=member, result="Team staat")
    two.move_to("done", by=member, at=factories.AT)
    return plan


@pytest.fixture
def hand_in(client_of, plan_owner):
    def post(book, by=plan_owner, name="plan.xlsx"):
        data = book if isinstance(book, bytes) else book.data
        return client_of(by).post(ADDRESS, {"file": upload(data, name)}, follow=True)

    return post


@pytest.fixture
def make(client_of, plan_owner):
    """Presses the button on the page; returns the plan it leads to."""

    def post(page, by=plan_owner, **more):
        form, found = page.context["form"], page.context["found"]
        values = {field.name: field.value() for field in form}
        answers = {one.field: one.answer for one in found.people.questions}
        data = {"file": page.context["upload"].token, "do": "make", **values, **answers, **more}
        answer = client_of(by).post(f"{ADDRESS}make/", data)
        return Plan.objects.get(pk=answer.url.split("/")[2]) if answer.status_code == 302 else answer

    return post


def content(plan):
    """All of a plan that a workbook carries, without ids."""
    who = {user.pk: user.email for user in User.objects.all()}
    choices = {one.pk: one.short_name for one in plan.choices.all()}
    return {
        "plan": [plan.ambition, plan.name, plan.organisation, plan.starts_on, plan.ends_on],
        "goals": list(plan.goals.values_list("name", "unit", "baseline", "target", "due_on")),
        "choices": [
            (one.short_name, one.goal, one.how, who.get(one.owner_id), one.kind, one.stops)
            for one in plan.choices.all()
        ],
        "indicators": [
            (choices[one.choice_id], one.name, one.unit, one.direction, one.kind, one.frequency, one.source,
             one.baseline, one.baseline_on, one.target, one.target_on, who.get(one.entered_by_id), one.green_limit,
             one.amber_limit, list(one.values.values_list("period", "value")))
            for one in Indicator.objects.filter(choice__plan=plan).in_order()
        ],
        "actions": {
            (choices[one.choice_id], one.result, who[one.responsible_id], one.starts_on, one.deadline, one.status,
             one.light, one.description, one.link, one.completed_on, tuple(one.involved.values_list("email")))
            for one in plan.actions.all()
        },
    }  # fmt: skip


def test_the_new_plan_holds_all_that_the_old_one_did(export, hand_in, make, filled, plan_owner):
    page = hand_in(export(filled))
    assert page.context["found"].faults == []
    assert page.context["found"].people.questions == []
    made = make(page)
    assert made != filled
    assert (made.state, made.memberships.get(user=plan_owner).role) == ("draft", Membership.Role.OWNER)
    assert content(made) == content(filled)


def test_a_workbook_in_the_other_language_is_read_as_well(export, hand_in, make, filled, plan_owner):
    plan_owner.language = "nl"
    plan_owner.save()
    book = export(filled)
    plan_owner.language = "en"
    plan_owner.save()
    assert content(make(hand_in(book))) == content(filled)


def test_everything_in_it_says_where_it_came_from(export, hand_in, make, filled):
    made = make(hand_in(export(filled), name="van Karin.xlsx"))
    pieces = [made, *made.goals.all(), *made.choices.all(), *made.actions.all(), *made.memberships.all()]
    pieces += Indicator.objects.filter(choice__plan=made)
    assert {piece.history.get().history_change_reason for piece in pieces} == {"From van Karin.xlsx"}
    action = made.actions.get(result="=Winkel is open")
    update = action.updates.get()
    assert (update.light, update.done, update.on_behalf_of) == (
        "amber",
        "Light: From van Karin.xlsx",
        action.responsible,
    )
    assert list(action.history.get().involved.values_list("user__email", flat=True)) == ["lotte@example.org"]


def test_the_preview_says_what_comes_and_who_becomes_a_member(export, hand_in, filled):
    before = Plan.objects.count()
    page = hand_in(export(filled))
    text = " ".join(page.content.decode().split())
    assert "1 goal: <span" in text
    assert "2 strategic choices" in text
    assert "1 indicator, with 1 value" in text
    assert "2 actions" in text
    assert "3 colleagues become members" in text
    assert Plan.objects.count() == before


def test_people_of_another_installation_are_found_by_their_address(export, hand_in, make, filled, member):
    book = export(filled)
    member.name = "Charlotte Bakker-Jansen"  # as she is called here
    member.save()
    made = make(hand_in(book))
    assert made.actions.get(result="Team staat").responsible == member


def strangers(book, filled):
    """The workbook as one of an installation where other people work."""
    sheet = book.book["ogsm"]
    for row in sheet.iter_rows(min_col=6, max_col=6):
        if row[0].value:
            row[0].value = f"ander-{row[0].row}@elders.example"
    return book


def test_who_is_not_known_is_asked_once_with_me_as_the_answer(export, hand_in, make, filled, plan_owner, member):
    book = strangers(export(filled), filled)
    for row in book.sheet("actions").iter_rows(min_row=3):
        for cell in row:
            if cell.value == member.name:
                cell.value = "Truus Onbekend"
    page = hand_in(book)
    asked = {one.text: (one.answer, one.count) for one in page.context["found"].people.questions}
    assert asked["Truus Onbekend"] == (str(plan_owner.pk), 2)
    assert asked["Joost van Leeuwen"][0] != str(plan_owner.pk)  # the same name: probably, and therefore asked
    assert "Who is this?" in page.content.decode()
    made = make(page)
    assert made.actions.get(result="Team staat").responsible == plan_owner


def test_the_answer_decides_and_nobody_leaves_it_to_the_maker(
    export, hand_in, make, filled, plan_owner, member, process_owner, choice_owner
):
    book = strangers(export(filled), filled)
    page = hand_in(book)
    fields = {one.text: one.field for one in page.context["found"].people.questions}
    made = make(
        page,
        **{fields["Lotte Bakker"]: process_owner.pk, fields["Samira el Amrani"]: "nobody"},
        **{fields["Joost van Leeuwen"]: "nobody"},
    )
    assert made.actions.get(result="Team staat").responsible == process_owner
    assert made.actions.get(result="=Winkel is open").responsible == plan_owner
    assert made.choices.get(short_name="Webshop").owner is None
    assert set(made.memberships.values_list("user", flat=True)) == {plan_owner.pk, process_owner.pk}


def test_look_again_shows_what_the_answers_change_and_makes_nothing(export, hand_in, make, filled, plan_owner):
    page = hand_in(strangers(export(filled), filled))
    before = Plan.objects.count()
    again = make(page, do="look", name="Anders")
    assert again.context["form"]["name"].value() == "Anders"
    assert Plan.objects.count() == before


def test_name_and_period_can_be_changed_first(export, hand_in, make, filled):
    made = make(hand_in(export(filled)), name="Groei 2027", starts_on="2027-01-01", ends_on="2027-12-31")
    assert (made.name, made.starts_on, made.ends_on) == ("Groei 2027", dt.date(2027, 1, 1), dt.date(2027, 12, 31))


def test_a_wrong_period_is_said_beside_the_field(export, hand_in, make, filled):
    before = Plan.objects.count()
    answer = make(hand_in(export(filled)), ends_on="2020-01-01")
    assert (answer.status_code, "The plan ends before it starts." in answer.content.decode()) == (422, True)
    assert Plan.objects.count() == before


def test_a_cell_that_cannot_be_read_is_left_out_with_its_address(export, hand_in, make, filled):
    book = export(filled)
    goal, action = filled.goals.get(), filled.actions.get(result="Team staat")
    addresses = [
        book.set("goals", goal.pk, "target", "veel"),
        book.set("actions", action.pk, "deadline", "31-02-2026"),
    ]
    page = hand_in(book)
    assert [fault.address for fault in page.context["found"].faults] == addresses
    assert "Left out" in page.content.decode()
    made = make(page)
    assert made.goals.get().target is None
    assert not made.actions.filter(result="Team staat").exists()


def test_a_goal_without_a_day_is_for_the_last_day_of_the_plan(export, hand_in, make, filled):
    book = export(filled)
    book.set("goals", filled.goals.get().pk, "due_on", None)
    page = hand_in(book)
    assert page.context["found"].faults == []
    assert make(page, ends_on="2027-06-30").goals.get().due_on == dt.date(2027, 6, 30)


def test_choices_that_were_moved_or_added_are_found_by_their_name(export, hand_in, make, filled, choice):
    book = export(filled)
    book.sheet("choices").insert_rows(3)
    for key, value in {"short_name": "Nieuw", "goal": "Iets nieuws"}.items():
        book.sheet("choices").cell(3, book.column("choices", key)).value = value
    made = make(hand_in(book))
    assert [one.short_name for one in made.choices.all()] == ["Nieuw", "Webshop", "Service"]
    assert made.actions.get(result="Team staat").choice.short_name == "Service"


def test_sent_twice_it_is_one_plan(export, hand_in, make, filled):
    page = hand_in(export(filled))
    before = Plan.objects.count()
    assert make(page) == make(page)
    assert Plan.objects.count() == before + 1


def test_when_something_fails_nothing_is_made(export, hand_in, make, filled, monkeypatch):
    page = hand_in(export(filled))
    before = Plan.objects.count()

    def fail(*args, **more):
        raise RuntimeError("halfway")

    monkeypatch.setattr("ogsm.exchange.making._Making._involve", fail)
    with pytest.raises(RuntimeError):
        make(page)
    assert (Plan.objects.count(), Action.objects.count()) == (before, 2)


def test_only_who_may_make_plans_hands_in_a_workbook(export, client_of, filled, member):
    client, data = client_of(member), export(filled).data
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, {"file": upload(data)}).status_code == 403
    assert client.post(f"{ADDRESS}make/", {"file": "x"}).status_code == 403


def test_a_file_is_there_for_the_one_who_handed_it_in(export, hand_in, client_of, filled, admin):
    token = hand_in(export(filled)).context["upload"].token
    page = client_of(admin).get(ADDRESS, {"file": token})
    assert "This file is no longer kept here." in page.content.decode()
    assert client_of(admin).post(f"{ADDRESS}make/", {"file": token}).status_code == 422


def test_another_workbook_or_a_list_is_refused_with_a_sentence(hand_in, export, filled):
    book = openpyxl.Workbook()
    book.active.append(["Actie", "Wie", "Klaar"])
    output = io.BytesIO()
    book.save(output)
    for data in (output.getvalue(), export(filled, "actions_xlsx"), b"niets"):
        answer = hand_in(data)
        assert answer.status_code == 422
        assert "This is no workbook of a plan" in answer.content.decode()


def test_the_page_of_a_new_plan_offers_it(client_of, plan_owner):
    page = client_of(plan_owner).get(reverse("plans:plan_new") + "?start=workbook").content.decode()
    assert f'formaction="{ADDRESS}" formenctype="multipart/form-data"' in page


def test_queries_do_not_grow_with_the_indicators_and_actions(export, hand_in, make, filled, choice, member):
    def count():
        page = hand_in(export(filled))
        with CaptureQueriesContext(connection) as found:
            make(page)
        return len(found)

    count()
    few = count()
    for number in range(15):
        more = factories.ActionFactory(choice=choice, responsible=member, involved=[member], result=f"Stap {number}")
        Action.objects.filter(pk=more.pk).update(light="green", status="doing")
        indicator = factories.IndicatorFactory(choice=choice, name=f"Cijfer {number}")
        factories.IndicatorValueFactory(indicator=indicator, value=number)
    assert count() <= few + 3
