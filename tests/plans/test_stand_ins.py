"""Stand-ins for holidays: who names them, when they hold, what they may do and how that is recorded.

Source: product page, 'Small things people miss on day one'.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plans.access import PlanAccess
from plans.models import Membership, StandIn
from plans.services import member_remove, member_role
from tests import factories
from updates.models import Decision, Update

DAY = dt.timedelta(days=1)
FRAGMENT = {"HX-Request": "true"}


def members(plan) -> str:
    return reverse("plans:member_list", args=[plan.pk])


def add(plan) -> str:
    return reverse("plans:stand_in_add", args=[plan.pk])


def access_of(user, plan, on) -> PlanAccess:
    return PlanAccess(plan, Membership.objects.get(plan=plan, user=user), user, on)


@pytest.fixture
def stand_in(plan, responsible, member):
    """Lotte for Joost, this week and the next."""
    return factories.StandInFactory(plan=plan, person=responsible, deputy=member)


@pytest.fixture
def owed(choice, responsible):
    """An action that the responsible owes an update of."""
    return factories.ActionFactory(choice=choice, responsible=responsible, status="doing", result="Portaal staat live")


# ---- naming one ----


def test_a_person_names_a_stand_in_and_everybody_sees_it(client_of, plan, responsible, member, viewer, on):
    answer = client_of(responsible).post(
        add(plan), {"deputy": member.pk, "first_on": on.isoformat(), "last_on": (on + 9 * DAY).isoformat()}
    )
    assert answer.status_code == 302
    stand_in = plan.stand_ins.get()
    assert (stand_in.person, stand_in.deputy) == (responsible, member)
    assert stand_in.history.get().history_user == responsible
    page = client_of(viewer).get(members(plan)).content.decode()
    assert "away until 20 Jun: Lotte Bakker stands in" in page
    assert "wk 24 – wk 25" in page
    assert reverse("plans:stand_in_edit", args=[plan.pk, stand_in.pk]) not in page


def test_who_leads_names_one_for_anybody_and_a_member_only_for_themselves(
    client_of, plan, process_owner, responsible, member, choice_owner, on
):
    days = {"first_on": on.isoformat(), "last_on": (on + DAY).isoformat()}
    client_of(process_owner).post(add(plan), {"person": responsible.pk, "deputy": member.pk, **days})
    assert plan.stand_ins.get().person == responsible
    client_of(choice_owner).post(add(plan), {"person": process_owner.pk, "deputy": member.pk, **days})
    assert plan.stand_ins.latest("pk").person == choice_owner, "another name in the form does not count"


@pytest.mark.parametrize(
    ("who", "first", "last", "field"),
    [
        ("viewer", 0, 5, "deputy"), ("stranger", 0, 5, "deputy"), ("responsible", 0, 5, "deputy"),
        ("member", 5, 4, "last_on"), ("member", -5, -1, "last_on"), ("member", 0, 400, "last_on"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(
    client_of, plan, responsible, member, viewer, stranger, on, who, first, last, field
):
    people = {"viewer": viewer, "stranger": stranger, "responsible": responsible, "member": member}
    days = {"first_on": (on + first * DAY).isoformat(), "last_on": (on + last * DAY).isoformat()}
    answer = client_of(responsible).post(add(plan), {"deputy": people[who].pk, **days})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not plan.stand_ins.exists()


def test_nobody_has_two_stand_ins_on_one_day_nor_one_who_is_away(stand_in, plan, responsible, member, choice_owner, at):
    days = {"first_on": stand_in.last_on, "last_on": stand_in.last_on + DAY}
    who = {"by": responsible, "at": at}
    with pytest.raises(ValidationError, match="has a stand-in in these days already"):
        StandIn.appoint(plan, person=responsible, deputy=choice_owner, **days, **who)
    with pytest.raises(ValidationError, match="is away in these days too"):
        StandIn.appoint(plan, person=member, deputy=responsible, **days, **who)
    later = {"first_on": stand_in.last_on + DAY, "last_on": stand_in.last_on + 2 * DAY}
    assert StandIn.appoint(plan, person=responsible, deputy=choice_owner, **later, **who).pk != stand_in.pk


def test_a_form_sent_twice_names_one(client_of, plan, responsible, member, on):
    sent = {"deputy": member.pk, "first_on": on.isoformat(), "last_on": on.isoformat()}
    for _ in range(2):
        assert client_of(responsible).post(add(plan), sent).status_code == 302
    assert plan.stand_ins.count() == 1


def test_other_days_and_ending_it_and_taking_that_back(client_of, stand_in, plan, responsible, member, on):
    client = client_of(responsible)
    edit = reverse("plans:stand_in_edit", args=[plan.pk, stand_in.pk])
    assert "Stand-in for Joost van Leeuwen" in client.get(edit, headers=FRAGMENT).content.decode()
    client.post(edit, {"deputy": member.pk, "first_on": on.isoformat(), "last_on": (on + 3 * DAY).isoformat()})
    stand_in.refresh_from_db()
    assert stand_in.last_on == on + 3 * DAY
    end = reverse("plans:stand_in_end", args=[plan.pk, stand_in.pk])
    page = client.post(end, follow=True).content.decode()
    assert "no longer stands in for Joost van Leeuwen" in page
    assert not StandIn.objects.on(on).exists()
    client.post(end, {"undo": "1"})
    assert StandIn.objects.on(on).get() == stand_in


def test_bringing_one_back_is_refused_when_something_else_was_arranged(
    client_of, stand_in, plan, responsible, choice_owner, at
):
    stand_in.withdraw(by=responsible, at=at)
    days = {"first_on": stand_in.first_on, "last_on": stand_in.last_on}
    StandIn.appoint(plan, person=responsible, deputy=choice_owner, by=responsible, at=at, **days)
    answer = client_of(responsible).post(reverse("plans:stand_in_end", args=[plan.pk, stand_in.pk]), {"undo": "1"})
    assert answer.status_code == 409
    assert "has a stand-in in these days already" in answer.content.decode()


# ---- what it allows ----


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, True), (14, True), (15, False)])
def test_it_holds_from_the_first_day_up_to_and_including_the_last(stand_in, plan, owed, member, on, days, allowed):
    access = access_of(member, plan, on + days * DAY)
    assert access.may_update(owed) is allowed
    assert not access.may_edit_action(owed)
    assert not access.may_move_action(owed)


def test_it_is_for_that_person_in_that_plan_only(stand_in, plan, choice, owed, member, process_owner, responsible, on):
    theirs = factories.ActionFactory(choice=choice, responsible=process_owner, status="doing")
    assert not access_of(member, plan, on).may_update(theirs)
    assert not access_of(process_owner, plan, on).stands_in_for
    elsewhere = factories.ActionFactory(responsible=responsible, status="doing")
    factories.MembershipFactory(plan=elsewhere.plan, user=member)
    assert not access_of(member, elsewhere.plan, on).may_update(elsewhere)


def test_standing_in_for_somebody_does_not_make_one_stand_in_for_whom_they_stand_in_for(
    stand_in, plan, choice, member, responsible, choice_owner, on
):
    factories.StandInFactory(plan=plan, person=choice_owner, deputy=responsible)
    hers = factories.ActionFactory(choice=factories.ChoiceFactory(plan=plan), responsible=choice_owner, status="doing")
    assert not access_of(member, plan, on).may_update(hers)


def test_an_update_of_a_stand_in_is_recorded_as_such(client_of, stand_in, owed, member, responsible, plan):
    client = client_of(member)
    address = reverse("updates:update_give", args=[plan.pk, owed.pk])
    assert "You give this update on behalf of" in client.get(address).content.decode()
    client.post(address, {"done": "Leverancier gekozen", "status": "doing", "light": "green"})
    update = owed.updates.get()
    assert (update.author, update.on_behalf_of) == (member, responsible)
    assert "on behalf of Joost van Leeuwen" in client.get(owed.get_absolute_url()).content.decode()


def test_who_is_involved_too_speaks_for_who_is_away_and_afterwards_for_themselves(
    stand_in, owed, member, responsible, at
):
    owed.involved.add(member)
    first = Update.give(owed, by=member, at=at, status="doing")
    assert first.on_behalf_of == responsible
    later = Update.give(owed, by=member, at=at + 20 * DAY, status="doing")
    assert later.on_behalf_of is None


def test_help_is_answered_in_the_name_of_who_is_away(client_of, stand_in, plan, choice, member, responsible, on):
    action = factories.ActionFactory(choice=choice, responsible=choice.owner)
    asked = factories.HelpRequestFactory(action=action, asked_by=choice.owner, asked_of=responsible)
    client = client_of(member)
    address = reverse("updates:help_answer", args=[plan.pk, asked.pk])
    assert "You answer in the name of" in client.get(address).content.decode()
    client.post(address, {"state": "yes", "promised_on": (on + 7 * DAY).isoformat(), "answer": "Doet hij"})
    asked.refresh_from_db()
    assert (asked.answered_by, asked.answered_for) == (member, responsible)
    promise = Decision.objects.get(kind="help_promised")
    assert (promise.who, promise.by) == (responsible, member)
    assert "answered by Lotte Bakker, for Joost van Leeuwen" in client.get(action.get_absolute_url()).content.decode()


def test_without_the_stand_in_help_asked_of_somebody_else_is_not_mine_to_answer(
    client_of, plan, choice, member, responsible
):
    action = factories.ActionFactory(choice=choice, responsible=choice.owner)
    asked = factories.HelpRequestFactory(action=action, asked_by=choice.owner, asked_of=responsible)
    assert client_of(member).get(reverse("updates:help_answer", args=[plan.pk, asked.pk])).status_code == 403


@pytest.mark.parametrize("change", [{"state": "closed", "closed_at": factories.AT}, {"archived_at": factories.AT}])
def test_in_a_plan_that_is_over_nobody_stands_in(stand_in, plan, owed, member, on, change):
    type(plan).objects.filter(pk=plan.pk).update(**change)
    plan.refresh_from_db()
    assert not access_of(member, plan, on).may_update(owed)


def test_who_leaves_or_only_reads_stands_in_for_nobody(stand_in, plan, member, plan_owner, on, at):
    membership = plan.memberships.get(user=member)
    member_role(membership=membership, role="viewer", by=plan_owner, at=at)
    assert not StandIn.objects.on(on).exists()


def test_who_leaves_needs_nobody(plan, viewer, member, plan_owner, on, at):
    stand_in = factories.StandInFactory(plan=plan, person=member, deputy=plan_owner)
    member_remove(membership=plan.memberships.get(user=member), by=plan_owner, at=at)
    stand_in.refresh_from_db()
    assert stand_in.withdrawn_at == at


# ---- My work ----


def test_my_work_shows_what_i_answer_for_others_and_theirs_stays_owed(
    client_of, stand_in, plan, choice, owed, member, responsible
):
    asking = factories.ActionFactory(choice=choice, responsible=choice.owner)
    factories.HelpRequestFactory(action=asking, asked_by=choice.owner, asked_of=responsible, text="Kun je meelezen?")
    page = client_of(member).get("/").content.decode()
    assert "For Joost van Leeuwen" in page
    assert "Portaal staat live" in page
    assert "Kun je meelezen?" in page
    assert "asked of Joost van Leeuwen, for whom you stand in" in page
    assert "You have no updates to give" in page, "what is theirs is not counted as mine"
    page = client_of(responsible).get("/").content.decode()
    assert "Lotte Bakker stands in for you up to and including Thursday 25 June" in page
    assert "1 update</b> to give" in page


def test_answered_on_my_work_it_is_off_both_lists(client_of, stand_in, plan, owed, member, responsible):
    client = client_of(member)
    answer = client.post(
        reverse("updates:update_give", args=[plan.pk, owed.pk]),
        {"done": "x", "status": "doing", "light": "green", "back": "work"},
        headers={"HX-Request": "true", "HX-Target": "my-updates"},
    )
    assert answer.status_code == 200
    assert "No update of Joost is missing" in answer.content.decode()
    assert "You are up to date" in client_of(responsible).get("/").content.decode()


def test_before_and_after_my_work_shows_nothing_of_it(client_of, stand_in, owed, member, responsible, on):
    StandIn.objects.update(first_on=on + DAY)
    assert "Portaal staat live" not in client_of(member).get("/").content.decode()
    assert "stands in for you from Friday 12 June" in client_of(responsible).get("/").content.decode()
    StandIn.objects.update(first_on=on - 5 * DAY, last_on=on - DAY)
    assert "Portaal staat live" not in client_of(member).get("/").content.decode()
    assert "stands in for you" not in client_of(responsible).get("/").content.decode()


def test_the_profile_says_who_stands_in_for_whom(client_of, stand_in, plan, member, responsible):
    page = client_of(responsible).get(reverse("accounts:profile")).content.decode()
    assert "Lotte Bakker stands in for you" in page
    assert f"{members(plan)}#stand-ins" in page
    assert "You stand in for Joost van Leeuwen" in client_of(member).get(reverse("accounts:profile")).content.decode()
    stand_in.withdraw(by=responsible, at=factories.AT)
    assert "Going on holiday?" in client_of(responsible).get(reverse("accounts:profile")).content.decode()


def test_my_work_asks_no_more_for_more_people_and_more_actions(client_of, plan, choice, member):
    client = client_of(member)

    def queries(people: int) -> int:
        for _ in range(people):
            action = factories.ActionFactory(choice=choice, status="doing")
            factories.ActionFactory(choice=choice, status="doing", responsible=action.responsible)
            factories.StandInFactory(plan=plan, person=action.responsible, deputy=member)
            factories.HelpRequestFactory(action=factories.ActionFactory(choice=choice), asked_of=action.responsible)
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    assert queries(1) == queries(4) <= 23


def test_the_members_page_asks_no_more_for_more_stand_ins(client_of, plan, plan_owner, member):
    client = client_of(plan_owner)

    def queries(people: int) -> int:
        for _ in range(people):
            person = factories.MembershipFactory(plan=plan).user
            factories.StandInFactory(plan=plan, person=person, deputy=member)
        with CaptureQueriesContext(connection) as captured:
            client.get(members(plan))
        return len(captured)

    assert queries(1) == queries(5)
