"""Which mails are due by now: who is invited, reminded, called or told. What they say is in reminder_mails.py."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils import timezone

from ogsm import dates
from plans.models import Indicator, Plan
from plans.rules import owed_period

from . import outbox
from .models import Decision, HelpRequest, OutgoingMail, Session
from .readiness import readiness
from .reminder_rules import DIGEST_FROM, TOLD_LATE_FOR, Falling, Stage, falling, is_quiet, stage_of, wanted
from .steering_agenda import judged_choices

if TYPE_CHECKING:
    from ogsm.accounts.models import User

PREPARATION = "session_preparation"
FALLING_DUE = "falling_due"


@dataclass(frozen=True)
class DueMail:
    """A mail that one person is to get now."""

    user: User
    occasion: str
    template: str
    plan: Plan | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def queue(self, at: dt.datetime) -> bool:
        return outbox.queue(
            occasion=self.occasion, user=self.user, template=self.template, plan=self.plan, facts=self.facts, at=at
        )


def sessions_to_mind(at: dt.datetime) -> list[Session]:
    """In preparation, of active plans, not yet begun."""
    in_active_plans = Q(plan__state="active", plan__archived_at=None)
    sessions = Session.objects.filter(in_active_plans, state=Session.State.OPEN, starts_at__gt=at)
    return list(sessions.select_related("plan").order_by("starts_at", "pk").defer("minutes_record"))


def session_mails(session: Session, at: dt.datetime) -> list[DueMail]:
    """What is due about one session: at most one mail for each person. Six queries."""
    stage = stage_of(session.starts_at, at, timezone.get_default_timezone())
    if stage is None:
        return []
    on = timezone.localdate(at, timezone.get_default_timezone())
    owing = owing_of(session, on)
    silent = {one.user.pk for one in owing if one.owes}
    leads = leads_of(session.plan)
    told, last = _told(session)
    due = []
    for user in (one.user for one in owing):
        if not user.is_active or is_quiet(last.get(user.pk), at):
            continue
        kind = wanted(
            stage,
            owes=user.pk in silent,
            leads_silent=user.pk in leads and bool(silent - {user.pk}),
            told=told[user.pk],
        )
        if kind and occasion_of(session, kind) not in told[user.pk]:
            facts = {"session": session.pk, "stage": kind.value}
            due.append(DueMail(user, occasion_of(session, kind), PREPARATION, session.plan, facts))
    return due


def occasion_of(session: Session, stage: Stage) -> str:
    """One invitation for a session; reminders anew when it has been moved to another day."""
    if stage is Stage.INVITATION:
        return f"session-{session.pk}-{stage.value}"
    return f"session-{session.pk}-{stage.value}-{session.day.isoformat()}"


def _told(session: Session) -> tuple[dict[int, set[str]], dict[int, dt.datetime]]:
    """Per person: the occasions of this session they have a mail about, and when they had the last. One query."""
    mails = OutgoingMail.objects.filter(occasion__startswith=f"session-{session.pk}-", template=PREPARATION)
    told: dict[int, set[str]] = defaultdict(set)
    last: dict[int, dt.datetime] = {}
    for user_id, occasion, queued_at in mails.order_by("queued_at").values_list("user_id", "occasion", "queued_at"):
        told[user_id].add(occasion)
        last[user_id] = queued_at
    return told, last


def leads_of(plan: Plan) -> set[int]:
    """The process owners; where there is none, the owners. One query."""
    roles: dict[str, set[int]] = defaultdict(set)
    for user_id, role in plan.memberships.filter(user__is_active=True).values_list("user_id", "role"):
        roles[role].add(user_id)
    return roles["process_owner"] or roles["owner"]


@dataclass(frozen=True)
class Owing:
    """A person who takes part, and what they have yet to give for a session."""

    user: User
    updates: int
    indicators: int
    reviews: int = 0

    @property
    def owes(self) -> bool:
        return bool(self.updates or self.indicators or self.reviews)


def owing_of(session: Session, on: dt.date) -> list[Owing]:
    """Everyone who takes part, in order of name. For an update session updates are owed and figures; for the others
    figures, and reviews by the owners of choices. Up to eight queries."""
    people = readiness(session.plan, on)
    figures = _figures_owed(session.plan, on)
    is_update = session.kind == Session.Kind.UPDATE
    judged = [] if is_update else judged_choices(session.plan, on, [])
    reviews = Counter(each.choice.owner_id for each in judged if not each.is_current)
    return [
        Owing(one.user, one.owed if is_update else 0, figures.get(one.user.pk, 0), reviews[one.user.pk])
        for one in people
    ]


def _figures_owed(plan: Plan, on: dt.date) -> dict[int, int]:
    """Per person: how many indicators lack the value of their last period. Two queries."""
    owed: dict[int, int] = defaultdict(int)
    rows = Indicator.objects.live().filter(choice__plan=plan, choice__archived_at=None)
    for indicator in rows.select_related("choice").with_values():
        holder = indicator.entered_by_id or indicator.choice.owner_id
        if holder and owed_period(indicator.facts, {value.period for value in indicator.values.all()}, on):
            owed[holder] += 1
    return owed


def falling_due_mails(at: dt.datetime) -> list[DueMail]:
    """In the morning: agreements and promised help that fall due, or did, and help asked by name. One mail a day for
    each person, over all their plans; everything is said once, of what is late only that it is late. What a mail about
    a session says the same day waits. At most five queries."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    if local.time() < DIGEST_FROM:
        return []
    on = local.date()
    said_today = _said_today(on)
    items: dict[User, list[str]] = defaultdict(list)
    for user, plan_id, name in [*_promises(on), *_questions(on)]:
        if (user.pk, plan_id) not in said_today:
            items[user].append(name)
    told = _already_told(items, at)
    due = []
    for user, names in items.items():
        news = [name for name in names if name not in told[user.pk]]
        if news:
            due.append(DueMail(user, f"due-{on.isoformat()}", FALLING_DUE, None, {"items": news}))
    taken = _have_one(due)
    return [mail for mail in due if (mail.user.pk, mail.occasion) not in taken]


def _said_today(on: dt.date) -> set[tuple[int, int | None]]:
    """(person, plan) of today's mails about a session: these list all that is open. One query."""
    midnight = dates.start_of_day(on, timezone.get_default_timezone())
    mails = OutgoingMail.objects.filter(template=PREPARATION, queued_at__gte=midnight)
    return set(mails.values_list("user_id", "plan_id"))


def open_promises() -> Any:
    """Of active plans, by who is still active and takes part."""
    return (
        Decision.objects.open_promises()
        .filter(plan__state="active", plan__archived_at=None, who__is_active=True)
        .filter(who__memberships__plan=F("plan"))
        .select_related("who", "plan", "action", "session")
        .order_by("due_on", "pk")
    )


def open_questions() -> Any:
    """Help asked by name in active plans, of who is still active and a member."""
    return (
        HelpRequest.objects.open()
        .of_live_actions()
        .filter(action__plan__state="active", action__plan__archived_at=None, asked_of__is_active=True)
        .filter(asked_of__memberships__plan=F("action__plan"))
        .select_related("asked_of", "asked_by", "action__plan")
        .order_by("asked_at", "pk")
    )


def _promises(on: dt.date) -> Iterator[tuple[User, int, str]]:
    """(who, plan, name) of each."""
    first, last = on - dt.timedelta(days=TOLD_LATE_FOR), on + dt.timedelta(days=1)
    for promise in open_promises().filter(due_on__range=(first, last)):
        stage = falling(promise.due_on, on)
        if stage:
            yield promise.who, promise.plan_id, item_name(promise, stage)


def _questions(on: dt.date) -> Iterator[tuple[User, int, str]]:
    """Asked before today; what nobody answered for long is carried from session to session."""
    midnight = dates.start_of_day(on, timezone.get_default_timezone())
    since = midnight - dt.timedelta(days=TOLD_LATE_FOR)
    for request in open_questions().filter(asked_at__lt=midnight, asked_at__gte=since):
        yield request.asked_of, request.action.plan_id, f"help-{request.pk}"


def item_name(promise: Decision, stage: Falling) -> str:
    return f"promise-{promise.pk}-{stage.value}"


def _already_told(people: Iterable[User], at: dt.datetime) -> dict[int, set[str]]:
    """What earlier mails of these weeks said, per person. One query."""
    since = at - dt.timedelta(days=3 * TOLD_LATE_FOR)
    mails = OutgoingMail.objects.filter(user__in=list(people), template=FALLING_DUE, queued_at__gte=since)
    told: dict[int, set[str]] = defaultdict(set)
    for user_id, facts in mails.values_list("user_id", "facts"):
        told[user_id].update(facts["items"])
    return told


def _have_one(due: list[DueMail]) -> set[tuple[int, str]]:
    mails = OutgoingMail.objects.filter(occasion__in={mail.occasion for mail in due})
    return set(mails.values_list("user_id", "occasion")) if due else set()
