"""A plan of its own with many actions, for measuring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from actions.models import Action
from actions.rules import AMBER, DOING, DONE, GREEN, RANK_STEP, RED, TODO
from ogsm.accounts.models import User
from plans.models import Choice, Membership, Plan
from updates.models import Update

Role = Membership.Role
ROLES = {"owner": Role.OWNER, "process": Role.PROCESS_OWNER, "viewer": Role.VIEWER}
DEMO_PEOPLE = ("owner", "process", "choice", "responsible", "member", "viewer")
STATUSES = (TODO, TODO, DOING, DOING, DONE)  # 40 % to do, 40 % in progress, 20 % done
LIGHTS = (GREEN, GREEN, AMBER, "", RED)


class Command(BaseCommand):
    """Each call makes another plan; nothing that is there is changed."""

    help = "Fill a plan of its own for measuring, and print the address of its board."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--actions", type=int, default=1000)
        parser.add_argument("--people", type=int, default=10)
        parser.add_argument("--choices", type=int, default=8)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        on = timezone.localdate(at)
        plan = Plan(
            name=f"Bench {options['actions']}",
            starts_on=on - dt.timedelta(days=180),
            ends_on=on + dt.timedelta(days=180),
            ambition="Fast for everybody, however full the plan",
        )
        plan.record(by=None, at=at)
        people = self._members(plan, max(options["people"], 1), at)
        choices = [
            Choice.create(
                plan,
                by=None,
                at=at,
                short_name=f"Choice {number}",
                goal=f"Goal {number} is reached",
                how="doing one thing well",
                owner=people[number % len(people)],
            )
            for number in range(1, max(options["choices"], 1) + 1)
        ]
        plan.activate(by=None, at=at)
        actions = [_action(number, plan, choices, people, at) for number in range(options["actions"])]
        bulk_create_with_history(actions, Action, batch_size=500, default_date=at)
        bulk_create_with_history(list(_updates(actions)), Update, batch_size=500, default_date=at)
        self.stdout.write(reverse("actions:action_board", args=[plan.pk]))

    def _members(self, plan: Plan, wanted: int, at: dt.datetime) -> list[User]:
        """The demo people who are there, in their roles, and colleagues up to `wanted`; those who take part."""
        people = list(User.objects.filter(email__in=[f"{who}@demo.example" for who in DEMO_PEOPLE]).order_by("pk"))
        for number in range(len(people), wanted):
            email = f"bench{number}@demo.example"
            user = User.objects.filter(email=email).first()
            people.append(user or User.objects.create_user(email, name=f"Bench {number}"))
        roles = [ROLES.get(user.email.split("@")[0], Role.MEMBER) for user in people]
        if Role.OWNER not in roles:
            roles[0] = Role.OWNER
        for user, role in zip(people, roles, strict=True):
            Membership(plan=plan, user=user, role=role).record(by=None, at=at)
        return [user for user in people if not user.email.startswith("viewer@")]


def _action(number: int, plan: Plan, choices: list[Choice], people: list[User], at: dt.datetime) -> Action:
    on, status = timezone.localdate(at), STATUSES[number % len(STATUSES)]
    deadline = on + dt.timedelta(days=number % 120 - 20)
    return Action(
        plan=plan,
        choice=choices[number % len(choices)],
        responsible=people[number // 3 % len(people)],
        result=f"Result {number} stands and everybody who needs it can use it",
        starts_on=deadline - dt.timedelta(days=45),
        deadline=deadline,
        original_deadline=deadline,
        status=status,
        completed_on=on - dt.timedelta(days=number % 90) if status == DONE else None,
        rank=number * RANK_STEP,
        light=LIGHTS[number % 7 % len(LIGHTS)] if status == DOING else "",
        last_update_at=at - dt.timedelta(days=number % 40) if status == DOING else None,
    )


def _updates(actions: list[Action]) -> Iterator[Update]:
    """The one that each action which has been judged, has it from."""
    for action in actions:
        if action.last_update_at:
            yield Update(
                action=action, author=action.responsible, status=action.status, light=action.light,
                done="The part of last month", next="The part of this month", at=action.last_update_at,
            )  # fmt: skip
