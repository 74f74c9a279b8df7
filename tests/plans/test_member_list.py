"""Members and roles: who is there, adding, changing, removing, and what refuses."""

import pytest
from django.urls import reverse

from ogsm.accounts.models import User
from plans.models import Invitation, Membership
from tests import factories
from tests.plans.conftest import HTMX


def address(verb, plan, *ids):
    return reverse(f"plans:member_{verb}", args=[plan.pk, *ids])


def membership_of(plan, user):
    return plan.memberships.get(user=user)


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


def remove(client, plan, user, **headers):
    return client.post(address("remove", plan, membership_of(plan, user).pk), headers=headers)


def give_role(client, plan, user, role):
    return client.post(address("role", plan, membership_of(plan, user).pk), {"role": role})


def test_people_stand_in_the_dutch_order(client_of, plan, viewer):
    page = client_of(viewer).get(address("list", plan)).content.decode()
    names = ["Samira el Amrani", "Lotte Bakker", "Karin de Boer", "Joost van Leeuwen", "Peter Smit", "Henk Visser"]
    places = [page.rindex(name) if name == "Henk Visser" else page.index(f"</span>{name}") for name in names[:-1]]
    assert places == sorted(places)
    assert "Roles are managed by Karin de Boer." in page


def test_a_role_changes_and_the_history_says_who_did_it(owner, plan, member, plan_owner):
    assert give_role(owner, plan, member, "process_owner").status_code == 302
    newest = membership_of(plan, member).history.first()
    assert (newest.role, newest.history_user) == ("process_owner", plan_owner)


@pytest.mark.parametrize("role", ["king", "", "\x00"])
def test_an_unknown_role_is_refused(owner, plan, member, role):
    assert give_role(owner, plan, member, role).status_code == 422
    assert membership_of(plan, member).role == "member"


def test_the_last_owner_stays(owner, plan, plan_owner):
    for response in (give_role(owner, plan, plan_owner, "member"), remove(owner, plan, plan_owner)):
        assert response.status_code == 422
        assert "A plan has at least one owner." in response.content.decode()
    assert membership_of(plan, plan_owner).role == "owner"


def test_an_owner_may_leave_when_there_is_another(owner, plan, plan_owner, process_owner):
    give_role(owner, plan, process_owner, "owner")
    response = remove(owner, plan, plan_owner)
    assert response["Location"] == reverse("plans:plan_list")
    assert owner.get(plan.get_absolute_url()).status_code == 404


def test_somebody_without_work_is_removed_and_the_history_keeps_it(owner, plan, member, plan_owner):
    assert remove(owner, plan, member).status_code == 302
    gone = Membership.history.filter(user=member).first()
    assert (gone.history_type, gone.history_user) == ("-", plan_owner)


def test_work_is_handed_over_before_somebody_leaves(owner, plan, choice, action, responsible, choice_owner, member):
    factories.IndicatorFactory(choice=choice, entered_by=member)
    for user, work in (
        (responsible, "responsible for 1 open action"),
        (choice_owner, "owner of choice Webshop"),
        (member, "asked to enter 1 indicator"),
    ):
        for response in (remove(owner, plan, user), give_role(owner, plan, user, "viewer")):
            assert response.status_code == 422
            assert work in response.content.decode()
    assert plan.memberships.count() == 6


def test_done_and_archived_work_keeps_nobody(owner, plan, choice, responsible, plan_owner, at):
    factories.ActionFactory(choice=choice, responsible=responsible, status="done")
    factories.ActionFactory(choice=choice, responsible=responsible).archive(by=plan_owner, at=at)
    assert remove(owner, plan, responsible).status_code == 302


def test_who_leaves_is_no_longer_involved(owner, plan, action, member, responsible):
    action.involved.add(member, responsible)
    remove(owner, plan, member)
    assert list(action.involved.all()) == [responsible]


def test_the_list_says_who_does_what(client_of, plan, choice, action, viewer, responsible):
    factories.ActionFactory(choice=choice, responsible=responsible, status="done")
    page = client_of(viewer).get(address("list", plan)).content.decode()
    assert "Owner of choice Webshop" in page
    assert "Responsible for 1 open action<" in page


def test_removing_asks_first(owner, plan, member):
    page = owner.get(address("remove", plan, membership_of(plan, member).pk), headers=HTMX).content.decode()
    assert "Remove Lotte Bakker from this plan" in page
    assert plan.memberships.filter(user=member).exists()


def test_who_cannot_be_removed_is_not_asked_about(owner, plan, action, responsible, plan_owner):
    for user, why in ((responsible, "Hand that over first."), (plan_owner, "A plan has at least one owner.")):
        page = owner.get(address("remove", plan, membership_of(plan, user).pk), headers=HTMX)
        assert (page.status_code, why in page.text, 'type="button"' in page.text) == (200, True, True)
        assert '<button class="btn btn-primary">' not in page.text


def test_the_number_of_queries_does_not_grow_with_the_members(owner, plan, plan_owner, at, django_assert_num_queries):
    def grow(to):
        for number in range(plan.memberships.count(), to):
            user = User.objects.create_user(f"n{number}@example.org")
            factories.MembershipFactory(plan=plan, user=user)
            Invitation.issue(plan, user, by=plan_owner, at=at)

    grow(10)
    owner.get(address("list", plan))
    with django_assert_num_queries(14):
        owner.get(address("list", plan))
    grow(50)
    with django_assert_num_queries(14):
        owner.get(address("list", plan))


@pytest.mark.parametrize("change", ["closed", "archived"])
def test_in_a_plan_that_has_ended_members_and_roles_stay_as_they_were(change, owner, plan, viewer, stranger, at):
    type(plan).objects.update(**({"state": "closed"} if change == "closed" else {"archived_at": at}))
    membership = membership_of(plan, viewer)
    assert owner.post(address("add", plan), {"people": stranger.email, "role": "member"}).status_code == 403
    assert owner.post(address("role", plan, membership.pk), {"role": "member"}).status_code == 403
    assert owner.post(address("remove", plan, membership.pk)).status_code == 403
    page = owner.get(address("list", plan)).text
    assert "stay as they were" in page
    assert address("role", plan, membership.pk) not in page
    assert membership_of(plan, viewer).role == "viewer"


def test_an_archived_plan_is_restored_by_its_owner(owner, plan, at):
    type(plan).objects.update(archived_at=at)
    assert owner.post(reverse("plans:plan_restore", args=[plan.pk])).status_code == 302
    plan.refresh_from_db()
    assert not plan.is_archived
