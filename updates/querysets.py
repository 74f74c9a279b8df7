"""Querysets of updates, help, sessions and decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from ogsm import dates

if TYPE_CHECKING:
    from ogsm.accounts.models import User

    from .models import Session


class SessionQuerySet(models.QuerySet):
    def coming(self) -> SessionQuerySet:
        """Planned, in preparation or running, the soonest first."""
        return self.filter(state__in=["planned", "open", "running"]).order_by("starts_at", "pk")

    def next_on(self, on: dt.date) -> SessionQuerySet:
        """The one that runs, then those whose day has not passed, the soonest first. A missed one is not among them."""
        running = Q(state="running")
        today = dates.start_of_day(on, settings.TIME_ZONE)
        is_later = models.Case(models.When(running, then=0), default=1, output_field=models.IntegerField())
        return self.coming().filter(running | Q(starts_at__gte=today)).order_by(is_later, "starts_at", "pk")

    def missed_on(self, on: dt.date) -> SessionQuerySet:
        """Those whose day passed while nobody started or cancelled them."""
        today = dates.start_of_day(on, settings.TIME_ZONE)
        return self.filter(state__in=["planned", "open"], starts_at__lt=today).order_by("starts_at", "pk")

    def held_between(self, first: dt.date, last: dt.date) -> SessionQuerySet:
        """Those of the days from the first up to the last, in order, without cancelled ones and minutes."""
        if first.year <= dt.MINYEAR or last.year >= dt.MAXYEAR:
            return self.none()  # a moment there may have no day in another zone
        since = dates.start_of_day(first, settings.TIME_ZONE)
        until = dates.start_of_day(last + dt.timedelta(days=1), settings.TIME_ZONE)
        held = self.exclude(state="cancelled").annotate(held=Coalesce("started_at", "starts_at")).order_by("held", "pk")
        return held.filter(held__gte=since, held__lt=until).defer("minutes_record")

    def cancelled(self) -> SessionQuerySet:
        return self.filter(state="cancelled")

    def closed(self) -> SessionQuerySet:
        """Closed ones, the latest first."""
        return self.filter(state="closed").order_by("-closed_at", "-pk")

    def closed_before(self, session: Session) -> SessionQuerySet:
        """The plan's closed sessions of the same kind before this one, the latest first; without their minutes."""
        earlier = self.filter(plan=session.plan_id, kind=session.kind).exclude(pk=session.pk).closed()
        if session.started_at:
            earlier = earlier.filter(started_at__lt=session.started_at)
        return earlier.defer("minutes_record")

    def to_open(self, at: dt.datetime) -> SessionQuerySet:
        """Planned sessions of active plans whose preparation begins: they start within seven days, by the clock on the
        organisation's wall."""
        horizon = at.astimezone(ZoneInfo(settings.TIME_ZONE)) + dt.timedelta(days=7)
        return self.filter(
            state="planned",
            plan__state="active",
            plan__archived_at=None,
            starts_at__lte=horizon,
            starts_at__gt=at,
        )


class HelpQuerySet(models.QuerySet):
    def open(self) -> HelpQuerySet:
        return self.filter(state="open")

    def of_live_actions(self) -> HelpQuerySet:
        return self.filter(action__archived_at=None)

    def settled(self) -> HelpQuerySet:
        """Answered or withdrawn, the latest first."""
        return self.exclude(state="open").order_by("-answered_at", "-pk")

    def for_answer(self) -> HelpQuerySet:
        """With what a page that asks for the answer shows."""
        return self.select_related("action__choice", "asked_by", "asked_of", "answered_by")

    def with_times(self) -> HelpQuerySet:
        """Annotates `times`: the how manieth session of updates is to deal with it, while it is open. Every closed one
        since it was asked had it on its agenda."""
        from .models import Session

        held = Session.objects.filter(
            plan=models.OuterRef("action__plan"),
            kind=Session.Kind.UPDATE,
            state=Session.State.CLOSED,
            started_at__gte=models.OuterRef("asked_at"),
        )
        count = held.order_by().values("plan").annotate(number=models.Count("pk")).values("number")
        return self.annotate(times=Coalesce(models.Subquery(count), 0) + 1)

    def to_or_team(self, user: User) -> HelpQuerySet:
        """Asked of this person or of the whole team, open or not."""
        return self.of_live_actions().filter(Q(asked_of=user) | Q(asked_of=None))

    def asked_of(self, user: User) -> HelpQuerySet:
        """Open help in active plans that the user may answer because it was asked of them or of their team."""
        team = Q(asked_of=None, action__plan__memberships__user=user) & ~Q(action__plan__memberships__role="viewer")
        return (
            self.open()
            .of_live_actions()
            .filter(action__plan__state="active", action__plan__archived_at=None)
            .filter(Q(asked_of=user) | (team & ~Q(asked_by=user)))
            .distinct()
            .select_related("action__plan", "action__choice", "asked_by", "asked_of")
            .order_by("asked_at", "pk")
        )

    def asked_of_any(self, users: Collection[int]) -> HelpQuerySet:
        """Open help in active plans that was asked of one of these people (their ids) by name."""
        return (
            self.open()
            .of_live_actions()
            .filter(asked_of__in=users, action__plan__state="active", action__plan__archived_at=None)
            .select_related("action__plan", "action__choice", "asked_by", "asked_of")
            .order_by("asked_at", "pk")
        )


def _is_promise() -> Q:
    from .models import Decision

    return Q(kind__in=Decision.PROMISES)


class DecisionQuerySet(models.QuerySet):
    def standing(self) -> DecisionQuerySet:
        """Without those taken back during their session."""
        return self.filter(undone_at=None)

    def promises(self) -> DecisionQuerySet:
        """Agreements and promised help: what somebody will do by a date."""
        return self.standing().filter(_is_promise())

    def open_promises(self) -> DecisionQuerySet:
        return self.promises().filter(done_at=None)

    def about(self, *, show: str = "all", kind: str = "", person: str = "") -> DecisionQuerySet:
        """Open promises only, of one kind, or of one person; an empty value leaves that out."""
        rows = self
        if show == "open":
            rows = rows.filter(_is_promise(), done_at=None)
        if kind:
            rows = rows.filter(kind=kind)
        return rows.filter(who=person) if person else rows

    def register(self) -> DecisionQuerySet:
        """All standing decisions for the register: open promises first by date, then the newest."""
        is_open = models.Case(
            models.When(_is_promise(), done_at=None, then=0),
            default=1,
            output_field=models.IntegerField(),
        )
        return (
            self.standing()
            .annotate(rank=is_open)
            .select_related("session", "action__choice", "who", "by")
            .order_by("rank", models.F("due_on").asc(nulls_last=True), "-at", "-pk")
        )
