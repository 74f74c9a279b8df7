"""The session and its states. Its parts stand in agenda_models.py, decisions in models.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from actions.models import Action, organisation_day
from actions.querysets import percent_current
from ogsm.pieces import Recorded, history
from plans.locks import lock_plan
from plans.models import Plan

from . import agenda
from .agenda_models import AgendaLine, AgendaPoint, Attendance, SessionKind, SessionNote
from .arranging import Arranged
from .querysets import SessionQuerySet
from .running import Running

if TYPE_CHECKING:
    from ogsm.accounts.models import User

USER = settings.AUTH_USER_MODEL


NO_FLOOR: dict[str, Any] = {"current_line": None, "current_line_at": None, "current_step": ""}
UNRECORDED = ("current_line", "current_line_at", "current_step", "pulse", "agenda_wishes")


class Session(Arranged, Running, Recorded):
    """An update, steering or plan session: planned → open (preparation) → running → closed, or cancelled."""

    Kind = SessionKind

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        OPEN = "open", _("in preparation")
        RUNNING = "running", _("running")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    COMING = (State.PLANNED, State.OPEN)

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="sessions", verbose_name=_("plan"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.UPDATE)
    starts_at = models.DateTimeField(_("starts at"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=45)
    place = models.CharField(_("place or link"), max_length=200, blank=True)
    facilitator = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("led by"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED, editable=False)
    opened_at = models.DateTimeField(_("preparation opened at"), null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    percent_current = models.PositiveSmallIntegerField(_("percentage current"), null=True, blank=True, editable=False)
    off_plan_count = models.PositiveSmallIntegerField(_("off plan"), null=True, blank=True, editable=False)
    minutes_record = models.JSONField(pgettext_lazy("record", "minutes"), null=True, blank=True, editable=False)
    history = history(excluded_fields=["minutes_record", *UNRECORDED])

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state="running"),
                name="updates_session_one_running",
                violation_error_message=_("Another session of this plan is running."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=15) & (~Q(kind="update") | Q(minutes__lte=agenda.UPDATE_BOX_AT_MOST)),
                name="updates_session_box",
                violation_error_message=_("A session takes 15 minutes or more; an update session 60 at most."),
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="updates_session_closed_has_moment",
                violation_error_message=_("A closed session has the moment of its closing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("updates:session_page", args=[self.plan_id, self.pk])

    @property
    def is_coming(self) -> bool:
        return self.state in self.COMING

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    @property
    def held_at(self) -> dt.datetime:
        """When it was held, once started; before that when it is planned. Every page gives this moment as its date."""
        return self.started_at or self.starts_at

    @property
    def day(self) -> dt.date:
        """The day of `held_at` in the organisation's zone."""
        return organisation_day(self.held_at)

    def was_missed(self, on: dt.date) -> bool:
        """Whether its day passed while nobody started or cancelled it."""
        return self.is_coming and self.day < on

    @property
    def minutes_used(self) -> int | None:
        """Whole minutes from start to closing, at least one; None before it is closed."""
        if self.started_at is None or self.closed_at is None:
            return None
        return max(1, round((self.closed_at - self.started_at).total_seconds() / 60))

    def _lock(self, *allowed: str) -> None:
        """Serialise with every other change of this plan's sessions and board; ValidationError in another state."""
        lock_plan(self.plan_id)
        self.refresh_from_db()
        if self.state not in allowed:
            raise ValidationError(
                _("This session is %(state)s by now.") % {"state": self.get_state_display()},
                code="state",
            )
        self._beat()

    @transaction.atomic
    def open(self, *, by: User | None, at: dt.datetime) -> None:
        """Preparation begins: from here on updates given before count as old. The plan must be active."""
        self._lock(self.State.PLANNED)
        self._require_active_plan()
        self.change(by=by, at=at, state=self.State.OPEN, opened_at=at)
        refresh_current_since(self.plan)

    def _require_active_plan(self) -> None:
        if not self.plan.is_active or self.plan.is_archived:
            raise ValidationError(_("Sessions start in an active plan only."), code="draft")

    @transaction.atomic
    def start(self, *, by: User | None, at: dt.datetime) -> None:
        """Freeze the agenda and the figures as they are now. ValidationError unless the plan is active and no other
        session of it is running."""
        from .live_agenda import make_lines

        self._lock(*self.COMING)
        self._require_active_plan()
        if self.plan.sessions.filter(state=self.State.RUNNING).exists():
            raise ValidationError(_("Another session of this plan is running."), code="running")
        on = organisation_day(at)
        self.change(
            by=by,
            at=at,
            state=self.State.RUNNING,
            started_at=at,
            lead=by,
        )
        refresh_current_since(self.plan)
        figures = self.plan.actions.figures(on)
        self.change(
            by=by,
            at=at,
            percent_current=percent_current(figures),
            off_plan_count=figures["off_plan"],
        )
        who: dict[str, Any] = {"default_user": by, "default_date": at}
        bulk_create_with_history(make_lines(self, on).lines, AgendaLine, **who)
        people = self.plan.memberships.taking_part().values_list("user_id", flat=True)
        bulk_create_with_history([Attendance(session=self, user_id=pk) for pk in people], Attendance, **who)

    @property
    def has_records(self) -> bool:
        """Whether anything stands decided or noted since the start. Up to three queries."""
        return (
            bool(self.note)
            or self.decisions.standing().exists()
            or self.lines.exclude(outcome="", note="").exists()
            or self.attendance.exclude(state=Attendance.State.PRESENT).exists()
        )

    @transaction.atomic
    def unstart(self, *, by: User | None, at: dt.datetime) -> None:
        """Not started after all: planned or in preparation as before, only while nothing is recorded."""
        self._lock(self.State.RUNNING)
        if self.has_records:
            raise ValidationError(
                _("Something has been recorded already. Close the session instead."),
                code="records",
            )
        self.lines.all().delete()
        self.attendance.all().delete()
        self.change(
            by=by,
            at=at,
            state=self.State.OPEN if self.opened_at else self.State.PLANNED,
            started_at=None,
            percent_current=None,
            off_plan_count=None,
            lead=None,
            **NO_FLOOR,
        )
        refresh_current_since(self.plan)

    @transaction.atomic
    def cancel(self, *, by: User | None, at: dt.datetime) -> None:
        """Will not take place. The other sessions stay as they are."""
        self._lock(*self.COMING)
        self.change(by=by, at=at, state=self.State.CANCELLED, cancelled_at=at)
        refresh_current_since(self.plan)

    @transaction.atomic
    def reinstate(self, *, by: User | None, at: dt.datetime) -> None:
        """Takes place after all: undo of cancelling. ValidationError where the day has a session of its kind by now."""
        self._lock(self.State.CANCELLED)
        others = self.plan.sessions.filter(kind=self.kind).exclude(state=self.State.CANCELLED)
        if self.day in map(organisation_day, others.values_list("starts_at", flat=True)):
            raise ValidationError(_("There is a session on this day already."), code="day")
        self.change(by=by, at=at, state=self.State.PLANNED, cancelled_at=None, opened_at=None)

    @transaction.atomic
    def reschedule(self, *, by: User | None, at: dt.datetime, why: str = "", **values: Any) -> None:
        """Another time, length, place or facilitator. The other sessions stay as they are."""
        self._lock(*self.COMING)
        self.change(by=by, at=at, why=why, **values)

    @transaction.atomic
    def close(
        self, *, by: User | None, at: dt.datetime, attendance: Mapping[int, str] | None = None,
        carried: Collection[int] | None = None,
    ) -> None:  # fmt: skip
        """Write the minutes and lock the session for good. `attendance`: user id → state, as confirmed at the closing;
        who is not in it stays as noted. `carried`: ids of the lines that come back though nothing else brings them
        back (None: points that are undecided). Queries grow with the agenda, once per session."""
        from .closing import carried_unasked, may_be_dropped
        from .minutes import write_minutes

        self._lock(self.State.RUNNING)
        for entry in self.attendance.filter(user__in=attendance or {}):
            entry.state = (attendance or {})[entry.user_id]
            entry.save(update_fields=["state"])
        self._stop_clock(at)
        off_plan = self.lines.filter(section=agenda.Section.OFF_PLAN).exclude(action=None)
        if self.kind == self.Kind.UPDATE:
            for action in Action.objects.filter(pk__in=off_plan.values("action"), deadline_moves__gt=0):
                action.change(by=by, at=at, slip_discussed_at=at)
        confirmed = self.lines.filter(section=agenda.Section.FINISHED, outcome=AgendaLine.Outcome.CONFIRMED)
        for action in Action.objects.filter(pk__in=confirmed.values("action")):
            action.confirm_done(by=by, at=at)
        lines = list(self.lines.all())
        kept = carried_unasked(lines) if carried is None else set(carried)
        kept &= {line.pk for line in lines if may_be_dropped(line)}
        dropped = [line.item_id for line in lines if line.kind == agenda.Kind.POINT and line.pk not in kept]
        points = list(AgendaPoint.objects.filter(pk__in=dropped, decided_at=None))
        for point in points:
            point.decided_at = at
        bulk_update_with_history(points, AgendaPoint, ["decided_at"], default_user=by, default_date=at)
        self.change(by=by, at=at, state=self.State.CLOSED, closed_at=at, **NO_FLOOR)
        self.minutes_record = write_minutes(self, carried=kept)
        Session.objects.filter(pk=self.pk).update(minutes_record=self.minutes_record)
        refresh_current_since(self.plan)

    @transaction.atomic
    def correct(self, text: str, *, by: User, at: dt.datetime) -> SessionNote:
        """A dated note below the minutes, which themselves never change; the same words of the same person are one
        note, however often they are sent. ValidationError before the closing."""
        lock_plan(self.plan_id)
        if not self.is_closed:
            raise ValidationError(_("There are no minutes yet."), code="state")
        note, _is_new = self.notes.get_or_create(text=text.strip(), author=by, defaults={"at": at})
        return note


def current_since_of(closings: Sequence[dt.datetime], *, in_preparation: bool) -> dt.datetime | None:
    """The last closing while an update session is in preparation or running, else the closing before that. `closings`:
    of update sessions, the latest first. Source: method page, 'Rules with numbers'."""
    wanted = 0 if in_preparation else 1
    return closings[wanted] if len(closings) > wanted else None


def refresh_current_since(plan: Plan) -> None:
    """Store the plan's current-since moment."""
    sessions = plan.sessions.filter(kind=Session.Kind.UPDATE)
    in_preparation = sessions.filter(state__in=[Session.State.OPEN, Session.State.RUNNING]).exists()
    closings = list(sessions.closed().values_list("closed_at", flat=True)[:2])
    plan.current_since = current_since_of(closings, in_preparation=in_preparation)
    Plan.objects.filter(pk=plan.pk).update(current_since=plan.current_since)
