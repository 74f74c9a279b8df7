"""Writes over several models: people of a plan, and closing it with a judgement of its goals.

Inviting (inviting.py), changing roles and removing lock the plan, so two owners cannot let each other go.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ogsm.accounts.models import User
from ogsm.pieces import sign

from .locks import lock_plan
from .models import Choice, Goal, Indicator, Membership, Plan
from .stand_in_models import withdraw_all

Role = Membership.Role


@transaction.atomic
def member_role(*, membership: Membership, role: str, by: User, at: dt.datetime) -> bool:
    """Another role; True when it changed. ValidationError when the plan would lose its last owner, or a viewer would
    be left with work."""
    lock_plan(membership.plan_id)
    membership.refresh_from_db(fields=["role"])
    if role != Role.OWNER:
        _refuse_last_owner(membership)
    if role == Role.VIEWER:
        _refuse_while_working(membership)
        _leave_involved(membership, by=by, at=at)
        withdraw_all(membership.plan, membership.user, by=by, at=at)
    return bool(membership.change(by=by, at=at, role=role))


@transaction.atomic
def member_remove(*, membership: Membership, by: User, at: dt.datetime) -> None:
    """Takes the person out of the plan; what they did stays. ValidationError for the last owner, and for somebody who
    still has work in it."""
    lock_plan(membership.plan_id)
    refuse_removal(membership)
    _leave_involved(membership, by=by, at=at)
    withdraw_all(membership.plan, membership.user, by=by, at=at)
    for invitation in membership.plan.invitations.filter(user=membership.user_id):
        invitation.withdraw(by=by, at=at)
    sign(membership, by=by, at=at)
    membership.delete()


@transaction.atomic
def plan_close(
    *, plan: Plan, judgements: Iterable[tuple[Goal, str, Decimal | None]], by: User, at: dt.datetime
) -> None:
    """Judges the goals and closes the plan, or neither. ValidationError when the plan cannot be closed now."""
    for goal, judgement, actual in judgements:
        goal.change(by=by, at=at, judgement=judgement, actual=actual)
    plan.close(by=by, at=at)


def refuse_removal(membership: Membership) -> None:
    """ValidationError while the person cannot leave the plan: the last owner, and who still has work in it."""
    _refuse_last_owner(membership)
    _refuse_while_working(membership, promises=True)


def _refuse_last_owner(membership: Membership) -> None:
    others = membership.plan.memberships.filter(role=Role.OWNER).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not others.exists():
        raise ValidationError(_("A plan has at least one owner. Make somebody else owner first."), code="last-owner")


def work_in_words(plan: Plan, *, promises: bool = True) -> dict[int, list[str]]:
    """What everybody has to do in the plan, by person: 'responsible for 3 open actions', … Six queries; three without
    `promises`, which a viewer too may keep: agreements, help that was asked, and sessions to lead."""
    live = _all_of("actions", plan).live()
    open_actions = live.not_done()
    actions = Counter(list(open_actions.values_list("responsible", flat=True)))
    asked = Indicator.objects.live().filter(choice__plan=plan, choice__archived_at=None)
    indicators = Counter(asked.exclude(entered_by=None).values_list("entered_by", flat=True))
    choices: dict[int, list[str]] = defaultdict(list)
    owned = Choice.objects.filter(plan=plan).live().exclude(owner=None)
    for owner, name in owned.in_order().values_list("owner", "short_name"):
        choices[owner].append(name)
    help_asked: Counter[int] = Counter()
    agreements: Counter[int] = Counter()
    sessions: Counter[int] = Counter()
    if promises:
        open_help = live.filter(help_requests__state="open", help_requests__asked_of__isnull=False)
        help_asked = Counter(list(open_help.values_list("help_requests__asked_of", flat=True)))
        promised = _all_of("decisions", plan).open_promises().exclude(who=None)
        agreements = Counter(list(promised.values_list("who", flat=True)))
        led = _all_of("sessions", plan).coming().exclude(facilitator=None).order_by()
        sessions = Counter(list(led.values_list("facilitator", flat=True)))
    counted = (actions, indicators, choices, help_asked, agreements, sessions)
    people = {person for found in counted for person in found}
    return {
        person: [
            *_words(actions[person], choices.get(person, []), indicators[person]),
            *_promise_words(help_asked[person], agreements[person], sessions[person]),
        ]
        for person in people
    }


def _all_of(name: str, plan: Plan) -> Any:
    """What a plan has under this name. Not through the plan itself: that would look like a question that was put plan
    by plan by mistake, where a refusal and its page both ask, or the page of an account that leaves several plans."""
    return Plan._meta.get_field(name).related_model.objects.filter(plan=plan)  # type: ignore[union-attr]


def _words(actions: int, choices: list[str], indicators: int) -> list[str]:
    work = []
    if actions:
        work.append(
            ngettext("responsible for %(n)d open action", "responsible for %(n)d open actions", actions)
            % {"n": actions}
        )
    if choices:
        names = ", ".join(choices)
        work.append(
            ngettext("owner of choice %(names)s", "owner of choices %(names)s", len(choices)) % {"names": names}
        )
    if indicators:
        work.append(
            ngettext("asked to enter %(n)d indicator", "asked to enter %(n)d indicators", indicators)
            % {"n": indicators}
        )
    return work


def _promise_words(help_asked: int, agreements: int, sessions: int) -> list[str]:
    work = []
    if help_asked:
        text = ngettext("asked to help with %(n)d action", "asked to help with %(n)d actions", help_asked)
        work.append(text % {"n": help_asked})
    if agreements:
        text = ngettext("bound by %(n)d open agreement", "bound by %(n)d open agreements", agreements)
        work.append(text % {"n": agreements})
    if sessions:
        text = ngettext("leading %(n)d coming session", "leading %(n)d coming sessions", sessions)
        work.append(text % {"n": sessions})
    return work


def _refuse_while_working(membership: Membership, *, promises: bool = False) -> None:
    if work := work_in_words(membership.plan, promises=promises).get(membership.user_id):
        message = _("%(name)s is still %(work)s. Hand that over first.")
        raise ValidationError(message % {"name": membership.user, "work": "; ".join(work)}, code="working")


def _leave_involved(membership: Membership, *, by: User, at: dt.datetime) -> None:
    """Off the open actions the person helps with. Queries grow with those."""
    user = membership.user
    for action in membership.plan.actions.not_done().filter(involved=user):
        action.edit(by=by, at=at, involved=[person for person in action.involved.all() if person != user])
