"""Whoever has to do something takes part in the plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from actions.models import Action
from plans.models import Choice, Indicator, Membership, Plan

from .core import Finding, Scope, place, rule

HAND_OVER = "hand it over on its page, or make the person a member again."


def _strangers(rows: QuerySet[Any], person: str, plan: str) -> QuerySet[Any]:
    """Rows whose person is no member of the plan, or reads only."""
    there = Membership.objects.taking_part().filter(plan=OuterRef(plan), user=OuterRef(person))
    return rows.filter(~Exists(there), **{f"{person}__isnull": False})


@rule
def action_responsible(scope: Scope) -> Iterator[Finding]:
    """Who is responsible for an open action takes part in its plan. Source: product page, 'exactly one responsible';
    `Action.clean`, `plans.services`."""
    rows = _strangers(scope.of(Action).live().not_done(), "responsible", "plan")
    for pk, plan, user in rows.values_list("pk", "plan", "responsible"):
        what = f"Person {user} is responsible for it and takes no part in the plan."
        yield Finding("action_responsible", place(Action, pk, plan), what, HAND_OVER)


@rule
def action_involved(scope: Scope) -> Iterator[Finding]:
    """Who is involved in an open action takes part in its plan. Source: `plans.services.member_remove`."""
    links = Action.involved.through.objects.filter(action__in=scope.of(Action).live().not_done().order_by())
    for action, plan, user in _strangers(links, "user", "action__plan").values_list("action", "action__plan", "user"):
        what = f"Person {user} is involved and takes no part in the plan."
        yield Finding("action_involved", place(Action, action, plan), what, HAND_OVER)


@rule
def choice_owner(scope: Scope) -> Iterator[Finding]:
    """The owner of a strategic choice takes part in its plan. Source: `Choice.clean`."""
    for pk, plan, user in _strangers(scope.of(Choice).live(), "owner", "plan").values_list("pk", "plan", "owner"):
        what = f"Its owner, person {user}, takes no part in the plan."
        yield Finding("choice_owner", place(Choice, pk, plan), what, HAND_OVER)


@rule
def indicator_entered_by(scope: Scope) -> Iterator[Finding]:
    """Who enters an indicator takes part in its plan. Source: `Indicator.clean`."""
    rows = _strangers(scope.of(Indicator).live().filter(choice__archived_at=None), "entered_by", "choice__plan")
    for pk, plan, user in rows.values_list("pk", "choice__plan", "entered_by"):
        what = f"Person {user} enters it and takes no part in the plan."
        yield Finding("indicator_entered_by", place(Indicator, pk, plan), what, HAND_OVER)


@rule
def plan_owner(scope: Scope) -> Iterator[Finding]:
    """A plan has an owner. Source: `plans.services`, 'last-owner'."""
    owners = Membership.objects.filter(plan=OuterRef("pk"), role=Membership.Role.OWNER)
    for pk in scope.of(Plan).filter(~Exists(owners)).values_list("pk", flat=True):
        mend = "add an owner to it in the administration."
        yield Finding("plan_owner", place(Plan, pk), "Nobody is plan owner of it.", mend)


@rule
def archived_with_choice(scope: Scope) -> Iterator[Finding]:
    """An archived choice has its indicators and actions archived with it, and nothing is archived with a choice that
    is not. Source: `Choice.archive`, `Choice.restore`."""
    left_behind = Q(archived_at=None, choice__archived_at__isnull=False)
    alone = Q(archived_with_choice=True) & (Q(choice__archived_at=None) | Q(archived_at=None))
    for model in (Indicator, Action):
        rows = scope.of(model).filter(left_behind | alone)
        for pk, choice, archived_at in rows.values_list("pk", "choice", "archived_at"):
            what = "is not archived" if archived_at is None else "is archived with it"
            what = f"Its choice {choice} and it do not go together: it {what}."
            mend = "archive the choice, or restore it, once more." if archived_at is None else "restore it on its page."
            yield Finding("archived_with_choice", place(model, pk), what, mend)
