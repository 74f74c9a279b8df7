"""Every address × every role. An address that is not in the table fails the test: closed by default stays proven.

Each row says who gets in, for the pieces of one active plan: everyone else of the plan gets 403, a stranger and a
superuser without membership 404, and who is not signed in is sent to the sign-in page.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from plans.models import Plan
from tests import factories
from tests.addresses import (
    ALL,
    ALL_ADDRESSES,
    BY_PROVIDER,
    BY_SECRET,
    BY_TOKEN,
    CREATES_PLANS,
    FOREIGN_PREFIXES,
    IF_IT_IS_REALLY_ME,
    OPEN,
    PLAN_ADDRESSES,
    POSTED_TO_BY_ANYONE,
    SIGNED_IN,
    SUPERUSERS,
)
from updates.models import AgendaLine


def test_every_address_is_in_the_table():
    outside = OPEN | SIGNED_IN | SUPERUSERS | CREATES_PLANS | POSTED_TO_BY_ANYONE | BY_SECRET | BY_TOKEN | BY_PROVIDER
    outside |= IF_IT_IS_REALLY_ME
    known = PLAN_ADDRESSES.keys() | outside
    unknown = {name for name in ALL_ADDRESSES.keys() - known if not name.startswith(FOREIGN_PREFIXES)}
    assert unknown == set(), "an address nobody has said the rights of"
    assert PLAN_ADDRESSES.keys() - ALL_ADDRESSES.keys() == set(), "the table speaks of addresses that are gone"


@pytest.fixture
def world(plan, choice, action, plan_owner, process_owner, choice_owner, responsible, member, viewer, stranger, admin):
    """The cast by role, and one piece of each kind with the id that its address wants."""
    involved = factories.UserFactory(name="Ilse Kok")
    factories.MembershipFactory(plan=plan, user=involved)
    action.involved.add(involved)
    indicator = factories.IndicatorFactory(choice=choice, entered_by=member)
    update = factories.UpdateFactory(action=action, author=responsible)
    asked = factories.HelpRequestFactory(action=action, asked_by=responsible, asked_of=member)
    session = factories.SessionFactory(plan=plan, facilitator=process_owner)
    agreement = factories.DecisionFactory(plan=plan, who=member, by=process_owner)
    closed = factories.SessionFactory(plan=plan, starts_at=factories.AT - dt.timedelta(days=30))
    closed.start(by=process_owner, at=factories.AT - dt.timedelta(days=30))
    closed.close(by=process_owner, at=factories.AT - dt.timedelta(days=30))
    running = factories.SessionFactory(plan=plan, starts_at=factories.AT)
    running.start(by=process_owner, at=factories.AT + dt.timedelta(minutes=1))
    people = {
        "owner": plan_owner, "process": process_owner, "choice": choice_owner, "responsible": responsible,
        "involved": involved, "member": member, "viewer": viewer,
    }  # fmt: skip
    ids = {
        "plan_id": plan.pk,
        "stand_in_id": factories.StandInFactory(plan=plan, person=responsible, deputy=involved).pk,
        "goal_id": factories.GoalFactory(plan=plan).pk,
        "choice_id": choice.pk,
        "indicator_id": indicator.pk,
        "action_id": action.pk,
        "update_id": update.pk,
        "help_id": asked.pk,
        "step_id": factories.StepFactory(action=action).pk,
        "remark_id": factories.RemarkFactory(update=update, author=member).pk,
        "session_id": session.pk,
        "line_id": running.lines.first().pk,
        "decision_id": agreement.pk,
        "user_id": member.pk,
        "membership_id": plan.memberships.get(user=viewer).pk,
        "point_id": factories.AgendaPointFactory(plan=plan).pk,
    }
    special = {
        "updates:session_minutes": {"session_id": closed.pk},
        "updates:session_minutes_pdf": {"session_id": closed.pk},
        "updates:note_add": {"session_id": closed.pk},
        "updates:session_run": {"session_id": running.pk},
        "updates:session_close": {"session_id": running.pk},
        "updates:attendance_set": {"session_id": running.pk},
        "updates:session_turn": {"session_id": running.pk},
        "updates:session_unstart": {"session_id": running.pk},
        "updates:lines_confirm": {"session_id": running.pk},
    }
    bodies = {"updates:attendance_set": {"user": member.pk, "state": "absent"}}
    return people, ids, special, bodies, {"stranger": stranger, "admin": admin}


def path_of(name: str, ids: dict[str, int], special: dict[str, dict[str, int]]) -> str:
    chosen = {**ids, **special.get(name, {})}
    if "line_id" in ALL_ADDRESSES[name]:
        chosen["session_id"] = AgendaLine.objects.get(pk=chosen["line_id"]).session_id
    return reverse(name, kwargs={key: chosen[key] for key in ALL_ADDRESSES[name]})


def answer(user, method: str, path: str, body: dict[str, object] | None = None) -> int:
    """The status code; whatever the request changed is rolled back."""
    client = Client(raise_request_exception=True)
    if user is not None:
        client.force_login(user)
    with transaction.atomic():
        status = getattr(client, method)(path, body or {}).status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize("name", PLAN_ADDRESSES)
def test_exactly_the_right_people_get_in(name, world):
    people, ids, special, bodies, outsiders = world
    path = path_of(name, ids, special)
    for method, allowed in zip(("get", "post"), PLAN_ADDRESSES[name], strict=True):
        for role, user in people.items():
            status = answer(user, method, path, bodies.get(name))
            if allowed is None:
                assert status in (405, 403), f"{method} {name} as {role}: {status}"
            elif role in allowed:
                assert status in (200, 204, 302, 409, 422), f"{method} {name} as {role}: {status}"
            else:
                assert status == 403, f"{method} {name} as {role}: {status}"
        for role, user in outsiders.items():
            assert answer(user, method, path) in (404, 405), f"{method} {name} as {role}"
        assert answer(None, method, path) == 302, f"{method} {name} not signed in"


READ_ONLY = {"closed": {"state": "closed", "closed_at": factories.AT}, "archived": {"archived_at": factories.AT}}
# … and one's own way of looking at it, which is of the reader and not of the plan
OWN_VIEW = {"actions:action_columns", "actions:board_fold", "actions:board_default"}
STILL_ALLOWED = {"plans:plan_archive", "plans:plan_restore", "plans:plan_copy", *OWN_VIEW}


@pytest.mark.parametrize("state", READ_ONLY)
def test_in_a_plan_that_is_over_everything_is_read_and_nothing_written(state, world):
    """Whoever asks, on every page: all that was readable to everybody stays so, all that changes something is
    refused."""
    people, ids, special, bodies, _outsiders = world
    Plan.objects.filter(pk=ids["plan_id"]).update(**READ_ONLY[state])
    wrong: dict[str, int] = {}
    for name, (get, post) in PLAN_ADDRESSES.items():
        path = path_of(name, ids, special)
        for role in ("owner", "choice", "responsible", "viewer"):
            if get == ALL and (status := answer(people[role], "get", path)) != 200:
                wrong[f"get {name} as {role}"] = status
            if post is None or name in STILL_ALLOWED:
                continue
            if (status := answer(people[role], "post", path, bodies.get(name))) not in (403, 409):
                wrong[f"post {name} as {role}"] = status
            if (
                get
                and get != ALL
                and (status := answer(people[role], "get", path)) == 200
                and name != "plans:plan_close"
            ):
                wrong[f"the form of {name} as {role}"] = status
    assert wrong == {}


@pytest.mark.parametrize("name", [name for name in PLAN_ADDRESSES if len(ALL_ADDRESSES.get(name, ())) > 1])
def test_a_piece_of_another_plan_is_not_found_through_mine(name, world, plan_owner):
    """Kanboard's old mistake: the right checked on one plan, the child taken from another."""
    _people, ids, special, _bodies, _outsiders = world
    mine = factories.PlanFactory()
    factories.MembershipFactory(plan=mine, user=plan_owner, role="owner")
    path = path_of(name, ids, special).replace(f"/plans/{ids['plan_id']}/", f"/plans/{mine.pk}/", 1)
    get, post = PLAN_ADDRESSES[name]
    if get is not None:
        assert answer(plan_owner, "get", path) == 404
    if post is not None:
        assert answer(plan_owner, "post", path) == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(SIGNED_IN))
def test_pages_outside_a_plan_want_a_sign_in(name, stranger):
    assert answer(stranger, "get", reverse(name)) == 200
    assert answer(None, "get", reverse(name)) == 302


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(POSTED_TO_BY_ANYONE))
def test_my_own_settings_are_changed_by_post_and_signed_in_only(name, stranger):
    path = reverse(name, args=[1] * len(ALL_ADDRESSES[name]))
    assert answer(stranger, "get", path) == 405
    assert answer(stranger, "post", path) in (302, 404)
    assert answer(None, "post", path) == 302


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(IF_IT_IS_REALLY_ME))
def test_what_cannot_be_undone_wants_the_password_once_more(name, method, stranger, client_of):
    assert answer(None, method, reverse(name)) == 302
    asked = getattr(client_of(stranger), method)(reverse(name))
    assert asked["Location"].startswith("/accounts/reauthenticate/")


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(OPEN))
def test_open_addresses_answer_anyone(name):
    assert answer(None, "get", reverse(name)) == 200


@pytest.mark.parametrize("name", sorted(CREATES_PLANS))
def test_only_who_has_the_right_creates_a_plan(name, plan_owner, admin, stranger):
    path = reverse(name)
    is_page = not name.endswith(("_make", "_take"))
    assert answer(plan_owner, "get", path) == (200 if is_page else 405)
    assert answer(admin, "get", path) == (200 if is_page else 405)
    assert answer(stranger, "get", path) == (403 if is_page else 405)
    assert answer(stranger, "post", path) == 403
    assert answer(None, "get", path) == 302
