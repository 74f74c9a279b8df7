"""Every address × every role. An address that is not in the table fails the test: closed by default stays proven.

Each row says who gets in, for the pieces of one active plan: everyone else of the plan gets 403, a stranger and a
superuser without membership 404, and who is not signed in is sent to the sign-in page.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests import factories
from updates.models import AgendaLine

LEADS = {"owner", "process"}
CHOICE = LEADS | {"choice"}
EDITS = CHOICE | {"responsible"}
MOVES = EDITS | {"involved"}
TAKES_PART = MOVES | {"member"}
ALL = TAKES_PART | {"viewer"}
OWNER = {"owner"}

# view name: who gets in by GET, who by POST (None: that method is not offered and answers 405)
PLAN_ADDRESSES: dict[str, tuple[set[str] | None, set[str] | None]] = {
    "plans:plan_page": (ALL, None),
    "plans:plan_edit": (LEADS, LEADS),
    "plans:ambition_edit": (LEADS, LEADS),
    "plans:goal_add": (LEADS, LEADS),
    "plans:goal_edit": (LEADS, LEADS),
    "plans:goal_move": (None, LEADS),
    "plans:goal_archive": (None, LEADS),
    "plans:goal_restore": (None, LEADS),
    "plans:choice_add": (LEADS, LEADS),
    "plans:choice_edit": (CHOICE, CHOICE),
    "plans:choice_move": (None, LEADS),
    "plans:choice_archive": (LEADS, LEADS),
    "plans:choice_restore": (None, LEADS),
    "plans:indicator_list": (ALL, None),
    "plans:indicator_add": (CHOICE, CHOICE),
    "plans:indicator_edit": (CHOICE, CHOICE),
    "plans:indicator_move": (None, CHOICE),
    "plans:indicator_archive": (None, CHOICE),
    "plans:indicator_restore": (None, CHOICE),
    "plans:value_enter": (CHOICE | {"member"}, CHOICE | {"member"}),
    "plans:plan_activate": (OWNER, OWNER),
    "plans:plan_close": (OWNER, OWNER),
    "plans:plan_archive": (OWNER, OWNER),
    "plans:plan_restore": (OWNER, OWNER),
    "plans:plan_archived": (ALL, None),
    "plans:member_list": (ALL, None),
    "plans:member_add": (OWNER, OWNER),
    "plans:member_role": (OWNER, OWNER),
    "plans:member_remove": (OWNER, OWNER),
    "plans:plan_history": (ALL, None),
    "actions:action_board": (ALL, None),
    "actions:action_list": (ALL, None),
    "actions:action_add": (CHOICE, CHOICE),
    "actions:action_page": (ALL, None),
    "actions:action_edit": (EDITS, EDITS),
    "actions:action_deadline": (EDITS, EDITS),
    "actions:action_move": (None, MOVES),
    "actions:action_undo": (None, MOVES),
    "actions:action_archive": (None, CHOICE),
    "actions:action_restore": (None, CHOICE),
    "updates:update_give": (MOVES, MOVES),
    "updates:update_unchanged": (None, MOVES),
    "updates:update_draft": (None, MOVES),
    "updates:update_correct": ({"responsible"}, {"responsible"}),
    "updates:help_answer": (LEADS | {"member"}, LEADS | {"member"}),
    "updates:agreement_done": (None, LEADS | {"member"}),
    "updates:session_list": (ALL, None),
    "updates:session_add": (LEADS, LEADS),
    "updates:session_page": (ALL, None),
    "updates:session_edit": (LEADS, LEADS),
    "updates:session_open": (None, LEADS),
    "updates:session_start": (None, LEADS),
    "updates:session_unstart": (None, LEADS),
    "updates:session_cancel": (LEADS, LEADS),
    "updates:session_close": (LEADS, LEADS),
    "updates:session_run": (ALL, None),
    "updates:session_minutes": (ALL, None),
    "updates:note_add": (None, LEADS),
    "updates:point_add": (LEADS, LEADS),
    "updates:line_discussed": (None, LEADS),
    "updates:line_note": (LEADS, LEADS),
    "updates:line_deadline": (LEADS, LEADS),
    "updates:line_agree": (LEADS, LEADS),
    "updates:line_confirm": (None, LEADS),
    "updates:line_result": (LEADS, LEADS),
    "updates:line_responsible": (LEADS, LEADS),
    "updates:line_stop": (LEADS, LEADS),
    "updates:lines_confirm": (None, LEADS),
    "updates:session_turn": (None, LEADS),
    "updates:point_remove": (None, LEADS),
    "updates:point_restore": (None, LEADS),
    "updates:decision_undo": (None, LEADS),
    "updates:attendance_set": (None, LEADS),
    "updates:decision_list": (ALL, None),
}
# Addresses outside a plan: open without signing in, or for whoever is signed in.
OPEN = {"healthz", "account_login", "account_reset_password"}
SIGNED_IN = {"updates:my_work", "plans:plan_list", "accounts:profile"}
CREATES_PLANS = {"plans:plan_new"}
FOREIGN_PREFIXES = ("admin:", "account_", "socialaccount_", "mfa_", "password_", "admin_")


def addresses(patterns, namespace: str = "", ids: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    """Every named address of the URLconf: namespace:name → the names of the ids in it."""
    found: dict[str, tuple[str, ...]] = {}
    for pattern in patterns:
        wanted = (*ids, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found |= addresses(pattern.url_patterns, inner, wanted)
        else:
            found[f"{namespace}{pattern.name or pattern.pattern}"] = wanted
    return found


ALL_ADDRESSES = addresses(get_resolver().url_patterns)


def test_every_address_is_in_the_table():
    known = PLAN_ADDRESSES.keys() | OPEN | SIGNED_IN | CREATES_PLANS
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
        "goal_id": factories.GoalFactory(plan=plan).pk,
        "choice_id": choice.pk,
        "indicator_id": indicator.pk,
        "action_id": action.pk,
        "update_id": update.pk,
        "help_id": asked.pk,
        "session_id": session.pk,
        "line_id": running.lines.first().pk,
        "decision_id": agreement.pk,
        "user_id": member.pk,
        "membership_id": plan.memberships.get(user=viewer).pk,
        "point_id": factories.AgendaPointFactory(plan=plan).pk,
    }
    special = {
        "updates:session_minutes": {"session_id": closed.pk},
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
@pytest.mark.parametrize("name", sorted(OPEN))
def test_open_addresses_answer_anyone(name):
    assert answer(None, "get", reverse(name)) == 200


def test_only_who_has_the_right_creates_a_plan(plan_owner, admin, stranger):
    path = reverse("plans:plan_new")
    assert answer(plan_owner, "get", path) == 200
    assert answer(admin, "get", path) == 200
    assert answer(stranger, "get", path) == 403
    assert answer(stranger, "post", path) == 403
    assert answer(None, "get", path) == 302
