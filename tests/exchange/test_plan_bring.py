"""A plan.json is chosen on the page, looked at, and becomes a new plan."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import strip_tags

from ogsm.accounts.models import User
from ogsm.exchange.plan_json.contents import Contents
from ogsm.exchange.plan_json.kept import keep
from ogsm.exchange.plan_json.opening import open_plan
from ogsm.exchange.plan_json.writing import plan_json
from plans.models import Membership, Plan
from tests import factories
from updates.models import Session

CHOOSE, TAKE = "/plans/new/plan-json/", "/plans/new/plan-json/take/"


@pytest.fixture
def said(plan, choice, action, member, at):
    """The file of a small plan, as data; one update is the member's."""
    factories.UpdateFactory(action=action, author=member)
    action.involved.add(member)
    return json.loads(plan_json(plan))


@pytest.fixture
def maker(client_of, plan_owner):
    return client_of(plan_owner)


def hand_in(client, said, name="plan.json"):
    data = said if isinstance(said, bytes) else json.dumps(said).encode()
    return client.post(CHOOSE, {"file": SimpleUploadedFile(name, data)})


def token_of(response):
    assert response.status_code == 302, words(response)
    return response.url.split("file=")[1]


def words(response):
    return " ".join(strip_tags(response.content.decode().replace("<", " <")).split())


def without(said, *emails):
    """The same file of another organisation: these people have no account here."""
    for person in said["people"]:
        if person["email"] in emails:
            person["email"] = f"elders-{person['email']}"
    return said


@pytest.mark.parametrize("role", ["owner", "process_owner", "member", "viewer"])
def test_every_member_may_take_the_plan_out(role, plan, choice, client_of):
    user = plan.memberships.filter(role=role)[0].user
    response = client_of(user).get(reverse("exchange:plan_json", args=[plan.pk]))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == 'attachment; filename="groei-2026-2026-06-11.json"'
    assert "no-store" in response["Cache-Control"]
    assert json.loads(response.content)["plan"]["name"] == "Groei 2026"


def test_the_menu_of_the_plan_offers_the_file(plan, viewer, client_of):
    page = client_of(viewer).get(reverse("plans:plan_page", args=[plan.pk])).content.decode()
    assert reverse("exchange:plan_json", args=[plan.pk]) in page


def test_a_new_plan_may_start_from_a_file(maker):
    page = maker.get(reverse("plans:plan_new")).content.decode()
    assert CHOOSE in page
    assert maker.post(reverse("plans:plan_new"), {"start": "plan-json"}).url == CHOOSE


def test_what_is_in_the_file_is_shown_before_anything_is_made(said, maker):
    page = words(maker.get(f"{CHOOSE}?file={token_of(hand_in(maker, said))}"))
    assert "Groei 2026" in page
    assert "1 strategic choice 1 action 1 update" in page
    assert "6 people with an account here" in page
    assert "There is a plan of this name already" in page
    assert Plan.objects.count() == 1


def test_it_becomes_a_second_plan_of_its_maker(said, plan, maker, plan_owner):
    token = token_of(hand_in(maker, said))
    response = maker.post(TAKE, {"file": token})
    new = Plan.objects.exclude(pk=plan.pk).get()
    assert response.url == f"/plans/{new.pk}/"
    assert new.memberships.get(user=plan_owner).role == "owner"
    assert json.loads(plan_json(new)) == said
    assert new.history.latest().history_change_reason == "From plan.json"
    assert maker.get(response.url).status_code == 200


def test_sent_twice_it_is_one_plan(said, maker):
    token = token_of(hand_in(maker, said))
    first, second = maker.post(TAKE, {"file": token}), maker.post(TAKE, {"file": token})
    assert first.url == second.url
    assert maker.get(f"{CHOOSE}?file={token}").url == first.url
    assert Plan.objects.count() == 2


def test_the_file_of_somebody_else_is_not_shown(said, maker, admin, client_of):
    token = token_of(hand_in(maker, said))
    other = client_of(admin)
    assert "no longer kept" in words(other.get(f"{CHOOSE}?file={token}"))
    assert other.post(TAKE, {"file": token}).status_code == 422
    assert Plan.objects.count() == 1


def test_a_maker_who_was_no_member_owns_the_plan_too(said, plan, stranger, client_of):
    stranger.can_create_plans = True
    stranger.save()
    client = client_of(stranger)
    client.post(TAKE, {"file": token_of(hand_in(client, said))})
    new = Plan.objects.exclude(pk=plan.pk).get()
    assert new.memberships.get(user=stranger).role == "owner"
    assert new.memberships.count() == 7


def test_somebody_takes_the_place_of_who_has_no_account(said, plan, maker, member, plan_owner, process_owner):
    token = token_of(hand_in(maker, without(said, member.email)))
    page = maker.get(f"{CHOOSE}?file={token}").content.decode()
    name = next(f"person-{one['id']}" for one in said["people"] if one["email"].startswith("elders-"))
    assert "1 person without an account here" in page
    assert f'name="{name}"' in page
    maker.post(TAKE, {"file": token, name: process_owner.pk})
    new = Plan.objects.exclude(pk=plan.pk).get()
    assert new.actions.get().updates.get().author == process_owner
    assert list(new.actions.get().involved.all()) == [process_owner]
    assert new.memberships.get(user=process_owner).role == "process_owner"
    assert User.objects.filter(email__startswith="elders").count() == 0


def test_nobody_outside_the_file_can_be_put_in_somebodys_place(said, maker, member, stranger):
    token = token_of(hand_in(maker, without(said, member.email)))
    name = next(f"person-{one['id']}" for one in said["people"] if one["email"].startswith("elders-"))
    response = maker.post(TAKE, {"file": token, name: stranger.pk})
    assert response.status_code == 422
    assert "choose somebody" in words(response)
    assert maker.post(TAKE, {"file": token}).status_code == 422
    assert Plan.objects.count() == 1


def test_two_people_who_become_one_are_one(said, plan, maker, plan_owner, member, viewer):
    everybody = [one["email"] for one in said["people"] if one["email"] != plan_owner.email]
    token = token_of(hand_in(maker, without(said, *everybody)))
    names = {f"person-{one['id']}": plan_owner.pk for one in said["people"]}
    assert maker.post(TAKE, {"file": token, **names}).status_code == 302
    new = Plan.objects.exclude(pk=plan.pk).get()
    assert [(one.user, one.role) for one in new.memberships.all()] == [(plan_owner, "owner")]


def test_an_administrator_makes_accounts_that_are_switched_off(said, plan, admin, member, client_of):
    client = client_of(admin)
    token = token_of(hand_in(client, without(said, member.email)))
    page = words(client.get(f"{CHOOSE}?file={token}"))
    assert "They get an account that is switched off" in page
    client.post(TAKE, {"file": token})
    new = Plan.objects.exclude(pk=plan.pk).get()
    made = User.objects.get(email=f"elders-{member.email}")
    assert (made.name, made.is_active, made.has_usable_password()) == ("Lotte Bakker", False, False)
    assert new.actions.get().updates.get().author == made


def with_former(said, name, count=1):
    """As if these had been removed where the file comes from."""
    for number in range(1, count + 1):
        said["people"].append({"id": 1000 + number, "email": f"former-{number}@removed.invalid", "name": name})
        said["members"].append({"person": 1000 + number, "role": "viewer"})
    return said


def test_a_former_member_has_no_name_that_could_be_somebodys(said, maker, plan_owner):
    token = token_of(hand_in(maker, with_former(said, plan_owner.name)))
    maker.post(TAKE, {"file": token})
    former = User.objects.exclude(removed_at=None).get()
    assert former.name == f"Former member {former.pk}"


@pytest.mark.parametrize("name", ["Former member 12", "Oud-deelnemer 12"])
def test_a_former_member_keeps_the_number_that_minutes_know_them_by(name, said, maker):
    maker.post(TAKE, {"file": token_of(hand_in(maker, with_former(said, name)))})
    assert User.objects.exclude(removed_at=None).get().name == name


def test_nobody_fills_the_installation_with_former_members(said, maker):
    people = User.objects.count()
    assert "too much in this list" in words(hand_in(maker, with_former(said, "Former member 1", count=1000)))
    assert User.objects.count() == people


def test_looking_at_a_file_of_a_crowd_reads_its_roles_once(said):
    """Reading them for each person took a minute for some thousands."""
    said["people"] += [{"id": 100 + n, "email": f"crowd-{n}@example.org"} for n in range(50)]
    said["members"] += [{"person": 100 + n, "role": "viewer"} for n in range(50)]
    contents = Contents.of(open_plan(json.dumps(said).encode()))
    assert contents.unknown is contents.unknown
    assert {role for _person, role in contents.unknown} == {"viewer"}
    assert contents.roles is contents.roles


def test_an_active_plan_can_go_into_the_archive_right_away(said, plan, maker):
    token = token_of(hand_in(maker, said))
    assert "its people get mails" in words(maker.get(f"{CHOOSE}?file={token}"))
    maker.post(TAKE, {"file": token, "archived": "on"})
    assert Plan.objects.exclude(pk=plan.pk).get().archived_at is not None


def test_the_choice_it_springs_from_is_found_by_name_where_the_maker_sees_it(plan, choice, maker, plan_owner):
    child = factories.PlanFactory(name="Team", origin_choice=choice)
    Membership.objects.create(plan=child, user=plan_owner, role="owner")
    said = json.loads(plan_json(child))
    token = token_of(hand_in(maker, said))
    assert "the new plan is linked to it" in words(maker.get(f"{CHOOSE}?file={token}"))
    maker.post(TAKE, {"file": token})
    assert Plan.objects.latest("pk").origin_choice == choice
    plan.memberships.filter(user=plan_owner).delete()
    token = token_of(hand_in(maker, said))
    assert "stands on its own" in words(maker.get(f"{CHOOSE}?file={token}"))
    maker.post(TAKE, {"file": token})
    assert Plan.objects.latest("pk").origin_choice is None


def test_nobody_takes_back_what_they_did_elsewhere(said, plan, maker, plan_owner):
    maker.post(TAKE, {"file": token_of(hand_in(maker, said))})
    new = Plan.objects.exclude(pk=plan.pk).get()
    assert set(new.actions.get().history.values_list("history_user", flat=True)) == {None}
    page = maker.get(reverse("plans:plan_history", args=[new.pk]))
    assert page.status_code == 200
    assert "act_undo" not in page.content.decode()


# ---- what does not come in ----
def test_without_a_file_it_says_so(maker):
    response = maker.post(CHOOSE)
    assert response.status_code == 422
    assert "Choose a file first." in words(response)


def test_a_fault_is_told_with_its_place(said, maker):
    said["actions"][0]["responsible"] = 99
    said["plan"]["ends_on"] = "2025-02-31"
    response = hand_in(maker, said)
    page = words(response)
    assert response.status_code == 422
    assert "actions[0].responsible There is no person 99 in this file." in page
    assert "plan.ends_on This has to be a day" in page


def test_a_file_of_a_newer_version_is_refused_in_those_words(said, maker):
    response = hand_in(maker, {**said, "version": 2})
    assert response.status_code == 422
    assert "made by a newer version of OGSM" in words(response)


def test_what_the_database_refuses_leaves_nothing_behind(said, plan, maker, monkeypatch):
    def break_off(to):
        Session(plan=to.plan, starts_at=None).save()

    monkeypatch.setattr("ogsm.exchange.plan_json.reading.bring_sessions", break_off)
    token = token_of(hand_in(maker, said))
    users = User.objects.count()
    response = maker.post(TAKE, {"file": token})
    assert response.status_code == 422
    assert "Nothing was made" in words(response)
    assert (Plan.objects.count(), User.objects.count()) == (1, users)


def test_a_kept_file_that_this_version_no_longer_reads_is_refused(plan_owner, maker):
    token = keep("plan.json", b"{}", user_id=plan_owner.pk).token
    assert maker.get(f"{CHOOSE}?file={token}").status_code == 422
    assert maker.post(TAKE, {"file": token}).status_code == 422
