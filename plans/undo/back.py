"""Taking an act back: each piece by its own verbs, each field as long as it has not changed since."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ogsm.pages import refusal
from ogsm.pieces import UNDONE, Recorded
from plans.changes import Piece
from plans.decided import decided_in_session

from ..models import Indicator, Plan
from .acts import Act, Since
from .rules import Verdict
from .words import changed_since, label, who_left

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.access import PlanAccess


ALONGSIDE = {"involved": "involved", "version": "involved", "serves": "serves", "deadline": "shifts"}
PERSONS = {"responsible", "owner", "entered_by"}


@dataclass
class Report:
    """What became of one piece: labels of the fields that are as before, and for each of the others why it is not."""

    piece: Piece
    stored: Any
    back: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    is_refused: bool = False  # because the reader has no right to it any more

    @property
    def name(self) -> str:
        """As its card, row or heading says it now."""
        return str(self.stored)


class Members:
    """Who takes part in the plan and can be given work. One query, when first asked."""

    def __init__(self, access: PlanAccess) -> None:
        self.access = access

    @cached_property
    def by_id(self) -> dict[int, User]:
        members = self.access.plan.memberships.taking_part().select_related("user")
        return {membership.user_id: membership.user for membership in members}

    def known(self, keys: Iterable[int]) -> list[User]:
        """Those of them who take part."""
        return [self.by_id[key] for key in keys if key in self.by_id]


@dataclass
class Undoing:
    """One piece that is being taken back, with all that is needed to judge it."""

    access: PlanAccess
    act: Act
    stored: Any
    since: Since
    members: Members
    at: dt.datetime
    report: Report

    @property
    def who(self) -> dict[str, Any]:
        return {"by": self.access.user, "at": self.at}

    @property
    def why(self) -> str:
        return UNDONE

    def label(self, name: str) -> str:
        return label(self.act.kind.model, name)

    def keep(self, name: str, why: str) -> None:
        self.report.kept.append(f"{self.label(name)}: {why.removesuffix('.')}")

    def refuse(self, why: str, *, forbidden: bool = False) -> None:
        self.report.kept.append(why.removesuffix("."))
        self.report.is_refused |= forbidden

    def done(self, names: Iterable[str]) -> None:
        self.report.back += [self.label(name) for name in names]

    def is_open(self, name: str) -> bool:
        """Whether the field can be taken back; if not, the report says who changed it."""
        verdict = self.since.verdict(self.act, name, self.stored)
        if verdict is Verdict.CHANGED:
            self.report.kept.append(
                changed_since(self.label(name), self.since.who_changed(self.act, name), self.access.user)
            )
        return verdict is Verdict.OPEN

    @property
    def is_archiving(self) -> bool:
        return "archived_at" in self.act.fields

    def archive_back(self) -> None:
        """What was archived comes back, what came back is archived again."""
        if not self.is_open("archived_at"):
            return
        try:
            with transaction.atomic():
                if self.act.after("archived_at"):
                    self.stored.restore(**self.who, why=self.why)
                else:
                    self.stored.archive(**self.who, why=self.why)
        except ValidationError as error:
            self.refuse(refusal(error))
        else:
            self.done(["archived_at"])


def take_back(access: PlanAccess, acts: list[Act], *, at: dt.datetime) -> list[Report]:
    """Takes back what still can be, each piece in a savepoint of its own. Ask under the plan's lock, in a transaction.
    Some ten queries for each piece that changes."""
    from actions.undo import action_back  # it stands on this file

    pieces, since, members = stored_pieces(access.plan, acts), Since(acts), Members(access)
    decided = decided_in_session(access.plan, {(act.piece, act.at) for act in acts})
    reports = []
    for act in acts:
        stored = pieces.get(act.piece)
        if stored is None:
            continue  # deleted in the administration
        report = Report(act.piece, stored)
        undoing = Undoing(access, act, stored, since, members, at, report)
        if not act.fields:
            if _went_along(act):
                continue
            undoing.refuse(_("this cannot be taken back here"))
        elif (act.piece, act.at) in decided:
            undoing.refuse(_("it was decided in a session"))
        elif act.piece.kind == "action":
            action_back(undoing)
        else:
            _piece_back(undoing)
        reports.append(report)
    return reports


def _went_along(act: Act) -> bool:
    """With its strategic choice, whose own undo brings it back."""
    return "archived_with_choice" in act.acted


def stored_pieces(plan: Plan, acts: Iterable[Act]) -> dict[Piece, Any]:
    """The pieces as they are stored, archived ones too. A query for each kind, and up to three for what actions have
    many of."""
    wanted: dict[str, set[int]] = defaultdict(set)
    many = set()
    for act in acts:
        wanted[act.piece.kind].add(act.piece.pk)
        many |= {ALONGSIDE[name] for name in act.acted if name in ALONGSIDE}
    rows: dict[str, Any] = {
        "plan": Plan.objects.filter(pk=plan.pk),
        "goal": plan.goals,
        "choice": plan.choices,
        "indicator": Indicator.objects.filter(choice__plan=plan).select_related("choice"),
        "action": plan.actions.select_related("choice", "responsible").prefetch_related(*sorted(many)),
    }
    found = {}
    for kind, keys in wanted.items():
        for stored in rows[kind].filter(pk__in=keys):
            if kind != "plan":
                (stored.choice if kind == "indicator" else stored).plan = plan
            found[Piece(kind, stored.pk)] = stored
    return found


def may_take_back(access: PlanAccess, piece: Piece, stored: Any, *, archiving: bool) -> bool:
    """Whether the reader may still change this: the plan, a goal, a choice or an indicator."""
    if piece.kind == "choice" and not archiving:
        return access.may_edit_choice(stored)
    if piece.kind == "indicator":
        return access.may_define_indicator(stored.choice)
    return access.may_edit_plan


def _piece_back(undoing: Undoing) -> None:
    act, stored = undoing.act, undoing.stored
    if not may_take_back(undoing.access, act.piece, stored, archiving=undoing.is_archiving):
        return undoing.refuse(_("you may not change this any more"), forbidden=True)
    if undoing.is_archiving:
        if act.piece.kind == "indicator" and stored.choice.is_archived:
            return undoing.refuse(_("Its strategic choice is archived: restore that first."))
        undoing.archive_back()
    elif stored.archived_at or (act.piece.kind == "indicator" and stored.choice.is_archived):
        return undoing.refuse(_("it is archived now"))
    names = [name for name in act.fields if name != "archived_at" and undoing.is_open(name)]
    for name in PERSONS & set(names):
        if act.before(name) and not undoing.members.known([act.before(name)]):
            undoing.keep(name, who_left())
            names.remove(name)
    if act.piece.kind == "indicator" and "frequency" in names:
        try:
            stored.check_frequency(act.before("frequency"))
        except ValidationError as error:
            undoing.keep("frequency", refusal(error))
            names.remove("frequency")
    values = {act.kind.column(name): act.before(name) for name in names}
    if not values:
        return None
    try:
        with transaction.atomic():
            _still_right(stored, values)
            stored.change(**undoing.who, why=undoing.why, **values)
    except ValidationError as error:
        return undoing.refuse(refusal(error))
    return undoing.done(names)


def _still_right(stored: Recorded, values: dict[str, Any]) -> None:
    """What comes back must be right together with what has changed since."""
    together = copy(stored)
    for name, value in values.items():
        setattr(together, name, value)
    together.validate_constraints()
