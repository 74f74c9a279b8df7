"""The preparation of a session as whoever leads it follows it: who is ready, who owes what, and asking one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Model, QuerySet, Subquery
from django.utils.translation import gettext as _

from actions.models import Action
from plans.models import Choice, Indicator, IndicatorValue, Membership, Plan
from plans.rules import owed_period

from . import outbox
from .models import AgendaPoint, Decision, HelpRequest, OutgoingMail, Session
from .readiness import readiness
from .reminders import PREPARATION
from .review_models import ChoiceReview, GoalReview
from .steering_agenda import ToJudge, choices_to_judge

if TYPE_CHECKING:
    from ogsm.accounts.models import User

NUDGE = "nudge"  # a stage of the preparation's mail, beside those that come by themselves


@dataclass
class Preparing:
    """One person before the session: the updates, figures and reviews they owe, how many questions wait for them by
    name, and whether they were reminded by hand today. `going` is the number of their actions that are under way,
    `choices` that of the choices they are to judge."""

    user: User
    going: int = 0
    updates: list[Action] = field(default_factory=list)
    figures: list[Indicator] = field(default_factory=list)
    reviews: list[Choice] = field(default_factory=list)
    choices: int = 0
    questions: int = 0
    was_nudged: bool = False

    @property
    def owes(self) -> bool:
        return bool(self.updates or self.figures or self.reviews)

    @property
    def count(self) -> int:
        return len(self.updates) + len(self.figures) + len(self.reviews)

    @property
    def had_work(self) -> bool:
        """Whether there was anything to prepare."""
        return bool(self.going or self.choices or self.questions)


def preparing(session: Session, on: dt.date, choices: Iterable[ToJudge] | None = None) -> list[Preparing]:
    """Everyone who takes part, in order of name. `choices`: those to be judged for a steering or plan session, where
    they are known already. At most ten queries, however many actions and people."""
    plan = session.plan
    is_update = session.kind == Session.Kind.UPDATE
    people = {row.user.pk: Preparing(row.user, row.going if is_update else 0) for row in readiness(plan, on)}
    if not is_update:
        for choice, is_current in choices_to_judge(plan, on) if choices is None else choices:
            if choice.owner_id in people:
                people[choice.owner_id].choices += 1
                people[choice.owner_id].reviews += [] if is_current else [choice]
    else:
        for action in Action.objects.owed(on).filter(plan=plan).order_by("deadline", "pk"):
            if action.responsible_id in people:
                action.plan = plan
                people[action.responsible_id].updates.append(action)
    for indicator in _figures_owed(plan, on):
        holder = indicator.entered_by_id or indicator.choice.owner_id
        if holder in people:
            people[holder].figures.append(indicator)
    for user_id, number in _questions(plan):
        if user_id in people:
            people[user_id].questions = number
    for user_id in _nudged(session, on):
        if user_id in people:
            people[user_id].was_nudged = True
    return list(people.values())


def _figures_owed(plan: Plan, on: dt.date) -> Iterable[Indicator]:
    rows = Indicator.objects.live().filter(choice__plan=plan, choice__archived_at=None).select_related("choice")
    for indicator in rows.with_values().in_order():
        if owed_period(indicator.facts, {value.period for value in indicator.values.all()}, on):
            yield indicator


def _questions(plan: Plan) -> Any:
    asked = HelpRequest.objects.open().of_live_actions().filter(action__plan=plan).exclude(asked_of=None)
    return asked.order_by().values_list("asked_of").annotate(number=Count("pk"))


# ---- asking one person ----


def nudge_occasion(session: Session, on: dt.date) -> str:
    """Once per person and day: the outbox keeps it unique."""
    return f"session-{session.pk}-{NUDGE}-{on.isoformat()}"


def _nudged(session: Session, on: dt.date) -> QuerySet[OutgoingMail, int]:
    return OutgoingMail.objects.filter(occasion=nudge_occasion(session, on)).values_list("user", flat=True)


def nudge(session: Session, people: Iterable[Preparing], *, by: User, at: dt.datetime, on: dt.date) -> list[User]:
    """A mail with their own link to each of these who still owes something; returns who gets one. Who got one today is
    left alone. ValidationError unless the session is in preparation. Two queries."""
    if session.state != Session.State.OPEN:
        raise ValidationError(_("Reminders go out while the session is in preparation."), code="state")
    owing = [person.user for person in people if person.owes and person.user.pk != by.pk]
    facts = {"session": session.pk, "stage": NUDGE, "by": str(by)}
    occasion = nudge_occasion(session, on)
    return outbox.queue_all(occasion=occasion, users=owing, template=PREPARATION, plan=session.plan, facts=facts, at=at)


# ---- following it ----


def preparation_stamp(session: Session, on: dt.date) -> str:
    """Another text as soon as the page of a session in preparation shows something else: midnight, a change of an
    action, value, question, agreement, point, session or member, a reminder. One query; may change without need."""
    plan = session.plan_id
    histories: list[tuple[type[Model], dict[str, Any]]] = [
        (Action, {"plan_id": plan}),
        (Session, {"plan_id": plan}),
        (Decision, {"plan_id": plan}),
        (AgendaPoint, {"plan_id": plan}),
        (Membership, {"plan_id": plan}),
        (HelpRequest, {"action__plan": plan}),
        (Indicator, {"choice__plan": plan}),
        (ChoiceReview, {"choice__plan": plan}),
        (GoalReview, {"goal__plan": plan}),
        (IndicatorValue, {"indicator__choice__plan": plan}),
    ]
    latest = {
        f"last_{number}": Subquery(_last(model).filter(**where).order_by("-history_id").values("history_id")[:1])
        for number, (model, where) in enumerate(histories)
    }
    mails = OutgoingMail.objects.filter(occasion__startswith=f"session-{session.pk}-{NUDGE}-").order_by("-pk")
    row = Plan.objects.filter(pk=plan).values_list(*latest.values(), Subquery(mails.values("pk")[:1])).get()
    return ".".join([on.isoformat(), session.state, str(session.pulse), *(str(value or 0) for value in row)])


def _last(model: Any) -> QuerySet[Any]:
    return model.history.model.objects.all()
