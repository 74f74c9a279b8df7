"""A plan.json becomes a plan: always a new one, in one transaction, all or nothing.

The rows are written as they are told, not through the verbs: those would decide anew what was decided. What follows
from the rows (open questions, moves of a deadline, since when updates are current) is counted here and not believed.
The change history of each piece begins when it was made.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from actions import rules
from actions.models import Action, DeadlineShift, Step, organisation_day
from ogsm.accounts.models import User
from plans.models import Choice, Goal, Indicator, IndicatorValue, Membership, Plan, StandIn
from updates.models import ChoiceReview, HelpRequest, Remark, Update

from . import format as told
from .sessions_in import bring_sessions

GONE = 9_000_000_000_000_000
"""From here on stand the numbers of what was deleted before the file was made: no piece ever has them."""
BATCH = 500
Role = Membership.Role
ROLES = (Role.VIEWER, Role.MEMBER, Role.PROCESS_OWNER, Role.OWNER)


@transaction.atomic
def plan_bring(
    file: told.PlanFile, people: Mapping[int, User], *, by: User | None, at: dt.datetime, reason: str,
    owner: User | None = None, origin: Choice | None = None, archived: bool = False,
) -> Plan:  # fmt: skip
    """The plan that the file tells, with `owner` among its owners. `people`: who the people of the file are here.
    Some sixty queries, and more with the hundreds of rows."""
    bringing = Bringing(file, people, by, at, reason)
    bringing.add_plan(origin, archived=archived)
    bringing.add_members(owner)
    bringing.add_content()
    bring_sessions(bringing)
    return bringing.plan


@dataclass
class Bringing:
    """What a file's numbers have become so far."""

    file: told.PlanFile
    people: Mapping[int, User]
    by: User | None
    at: dt.datetime
    reason: str
    pks: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    # ---- numbers: the other side of records.py ----
    def person(self, number: int | None) -> Any:
        """The account of a person of the file; None for none."""
        return None if number is None else self.people[number].pk

    def item(self, kind: str, number: int) -> int:
        return self.pks[kind][number] if number > 0 else GONE - number

    def to(self, kind: str, number: int | None) -> int | None:
        return None if number is None else self.pks[kind][number]

    def make(
        self, model: Any, rows: Iterable[Any], *, kind: str = "", numbers: Iterable[int] = (), by: User | None = None
    ) -> list[Any]:  # fmt: skip
        """Save the rows, each with the first row of its history."""
        rows = list(rows)
        for row in rows:
            self.sign(row, by)
        if rows:
            bulk_create_with_history(
                rows, model, batch_size=BATCH, default_change_reason=self.reason, default_date=self.at
            )
        if kind:
            self.pks[kind] = {number: row.pk for number, row in zip(numbers, rows, strict=True)}
        return rows

    def sign(self, row: Any, by: User | None = None) -> None:
        """Nobody did it here and now, so that nobody takes it back as their own act; but for who makes members."""
        if "_history_user" not in vars(type(row)):
            row._history_user = by

    # ---- the plan and its people ----
    def add_plan(self, origin: Choice | None, *, archived: bool) -> None:
        said = self.file.plan
        archived_at = said.archived_at or (self.at if archived else None)
        names = ("name", "organisation", "state", "starts_on", "ends_on", "ambition", "activated_at", "closed_at")
        plan = Plan(origin_choice=origin, archived_at=archived_at, **_same(said, *names))
        self.plan: Plan = self.make(Plan, [_since(plan, said.made_at)])[0]
        self.plan.record(by=self.by, at=self.at, why=self.reason)

    def add_members(self, owner: User | None) -> None:
        """Two people of the file who are one here have the higher of their roles."""
        roles: dict[int, str] = {}
        for member in self.file.members:
            user = self.people[member.person].pk
            roles[user] = max(roles.get(user, Role.VIEWER), member.role, key=_rank)
        if owner is not None:
            roles[owner.pk] = Role.OWNER
        members = [Membership(plan=self.plan, user_id=user, role=role) for user, role in roles.items()]
        self.make(Membership, members, by=self.by)
        rows = [
            StandIn(
                plan=self.plan, person_id=self.person(one.person), deputy_id=self.person(one.deputy),
                **_same(one, "first_on", "last_on", "withdrawn_at"),
            )
            for one in self.file.stand_ins
        ]  # fmt: skip
        self.make(StandIn, (row for row in rows if row.person_id != row.deputy_id))

    # ---- goals, choices, indicators, actions ----
    def add_content(self) -> None:
        file = self.file
        goals = ("name", "unit", "baseline", "target", "due_on", "judgement", "actual", "archived_at")
        rows = [
            _since(Goal(plan=self.plan, position=place, **_same(one, *goals)), one.made_at)
            for place, one in enumerate(file.goals)
        ]
        self.make(Goal, rows, kind="goals", numbers=(one.id for one in file.goals))
        self._choices()
        self._indicators()
        self._actions()
        self._updates()
        self._help()

    def _choices(self) -> None:
        names = ("short_name", "goal", "how", "kind", "stops", "colour", "archived_at")
        rows = [
            _since(
                Choice(plan=self.plan, position=place, owner_id=self.person(one.owner), **_same(one, *names)),
                one.made_at,
            )
            for place, one in enumerate(self.file.choices)
        ]
        self.make(Choice, rows, kind="choices", numbers=(one.id for one in self.file.choices))
        self.make(
            ChoiceReview,
            (
                _since(
                    ChoiceReview(
                        choice_id=self.pks["choices"][choice.id],
                        author_id=self.person(one.author),
                        on_behalf_of_id=self.person(one.on_behalf_of),
                        **_same(one, "light", "learned", "changes", "at"),
                    ),
                    one.at,
                )
                for choice in self.file.choices
                for one in choice.reviews
            ),
        )

    def _indicators(self) -> None:
        names = (
            *("name", "unit", "direction", "kind", "source", "baseline", "baseline_on", "target", "target_on"),
            *("frequency", "green_limit", "amber_limit", "archived_at", "archived_with_choice"),
        )
        rows = [
            _since(
                Indicator(
                    choice_id=self.pks["choices"][one.choice],
                    entered_by_id=self.person(one.entered_by),
                    position=place,
                    **_same(one, *names),
                ),
                one.made_at,
            )
            for place, one in enumerate(self.file.indicators)
        ]
        self.make(Indicator, rows, kind="indicators", numbers=(one.id for one in self.file.indicators))
        self.make(
            IndicatorValue,
            (
                _since(
                    IndicatorValue(
                        indicator_id=self.pks["indicators"][one.id],
                        author_id=self.person(value.author),
                        **_same(value, "period", "value", "note", "entered_at"),
                    ),
                    value.entered_at,
                )
                for one in self.file.indicators
                for value in one.values
            ),
        )

    def _actions(self) -> None:
        file, asked = self.file, self._open_questions()
        ranks = _ranks(file.actions)
        rows = [self._action(one, ranks[one.id], asked.get(one.id, 0)) for one in file.actions]
        self.make(Action, rows, kind="actions", numbers=(one.id for one in file.actions))
        self._many("involved", {one.id: {self.person(number) for number in one.involved} for one in file.actions})
        serves = {one.id: {self.pks["indicators"][number] for number in one.serves} for one in file.actions}
        self._many("serves", serves)
        self.make(
            Step,
            (
                Step(
                    action_id=self.pks["actions"][one.id], position=place, done_by_id=self.person(step.done_by),
                    **_same(step, "text", "done_at", "archived_at"),
                )
                for one in file.actions
                for place, step in enumerate(one.steps)
            ),
        )  # fmt: skip
        self.make(
            DeadlineShift,
            (
                _since(
                    DeadlineShift(
                        action_id=self.pks["actions"][one.id], by_id=self.person(shift.by),
                        **_same(shift, "from_date", "to_date", "reason", "at", "undone_at"),
                    ),
                    shift.at,
                )
                for one in file.actions
                for shift in one.shifts
            ),
            kind="shifts",
            numbers=(shift.id for one in file.actions for shift in one.shifts),
        )  # fmt: skip

    def _open_questions(self) -> dict[int, int]:
        asked: dict[int, int] = defaultdict(int)
        for one in self.file.help_requests:
            asked[one.action] += one.state == HelpRequest.State.OPEN
        return asked

    def _action(self, one: told.AnAction, rank: int, open_help: int) -> Action:
        names = (
            *("result", "description", "link", "starts_on", "deadline", "original_deadline", "status"),
            *("completed_on", "confirmed_at", "light", "expected_end", "slip_discussed_at"),
            *("archived_at", "archived_with_choice"),
        )
        moves = [
            rules.Move(on=organisation_day(shift.at), at=shift.at, from_date=shift.from_date, to_date=shift.to_date)
            for shift in one.shifts
            if shift.undone_at is None
        ]
        count, last = rules.count_moves_later(moves)
        action = Action(
            plan=self.plan,
            choice_id=self.pks["choices"][one.choice],
            responsible_id=self.person(one.responsible),
            rank=rank,
            open_help=open_help,
            deadline_moves=count,
            last_moved_at=last,
            last_update_at=max((update.at for update in one.updates), default=None),
            **_same(one, *names),
        )
        return _since(action, one.made_at)

    def _many(self, name: str, of_actions: Mapping[int, set[Any]]) -> None:
        """People or indicators of the actions, in the actions' histories too. Three queries."""
        through: Any = getattr(Action, name).through
        key = next(one.attname for one in through._meta.fields if one.is_relation and one.related_model is not Action)
        pairs = [(self.pks["actions"][number], one) for number, found in of_actions.items() for one in sorted(found)]
        if not pairs:
            return
        links = through._default_manager.bulk_create(
            [through(action_id=pk, **{key: one}) for pk, one in pairs], batch_size=BATCH
        )
        kept = Action.history.model._meta.get_field(f"historicalaction_{name}").related_model
        rows = dict(Action.history.filter(plan_id=self.plan.pk).values_list("id", "history_id"))
        kept._default_manager.bulk_create(
            [
                kept(id=link.pk, history_id=rows[link.action_id], action_id=link.action_id, **{key: getattr(link, key)})
                for link in links
            ],
            batch_size=BATCH,
        )

    # ---- what was said ----
    def _updates(self) -> None:
        names = ("done", "next", "need", "status", "light", "expected_end", "at", "unchanged", "corrected_at")
        rows = [
            _since(
                Update(
                    action_id=self.pks["actions"][action.id], author_id=self.person(one.author),
                    on_behalf_of_id=self.person(one.on_behalf_of), need_of_id=self.person(one.need_of),
                    **_same(one, *names),
                ),
                one.at,
            )
            for action in self.file.actions
            for one in action.updates
        ]  # fmt: skip
        given = [one for action in self.file.actions for one in action.updates]
        self.make(Update, rows, kind="updates", numbers=(one.id for one in given))
        self.make(
            Remark,
            (
                _since(
                    Remark(
                        update_id=self.pks["updates"][one.id], author_id=self.person(remark.author),
                        **_same(remark, "text", "at", "corrected_at"),
                    ),
                    remark.at,
                )
                for one in given
                for remark in one.remarks
            ),
        )  # fmt: skip

    def _help(self) -> None:
        names = ("text", "asked_at", "state", "answer", "promised_on", "answered_at")
        people = ("asked_by", "asked_of", "answered_by", "answered_for")
        rows = [
            _since(
                HelpRequest(
                    action_id=self.pks["actions"][one.action], update_id=self.to("updates", one.update),
                    **{f"{name}_id": self.person(getattr(one, name)) for name in people}, **_same(one, *names),
                ),
                one.asked_at,
            )
            for one in self.file.help_requests
        ]  # fmt: skip
        self.make(HelpRequest, rows, kind="help_requests", numbers=(one.id for one in self.file.help_requests))


def _same(said: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(said, name) for name in names}


def _since(row: Any, at: dt.datetime | None) -> Any:
    """Its history begins when it was made, where the file says so."""
    if at is not None:
        row._history_date = at
    return row


def _rank(role: str) -> int:
    return ROLES.index(Role(role))


def _ranks(actions: Iterable[told.AnAction]) -> dict[int, int]:
    """The places on the board, spread evenly; without a place at the end, in the order of the file."""
    columns: dict[str, list[told.AnAction]] = defaultdict(list)
    for action in actions:
        columns[action.status].append(action)
    ranks: dict[int, int] = {}
    for column in columns.values():
        column.sort(key=lambda action: (action.place is None, action.place or 0))
        ranks |= {action.id: place * rules.RANK_STEP for place, action in enumerate(column)}
    return ranks
