"""The session: its states, its frozen agenda, who was there. Decisions stand in models.py."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from actions.models import Action, StaleMove, lock_board, organisation_day
from actions.querysets import percent_current
from ogsm.pieces import Recorded, history
from plans.models import Indicator, Plan

from . import agenda
from .querysets import SessionQuerySet

if TYPE_CHECKING:
    from ogsm.accounts.models import User

USER = settings.AUTH_USER_MODEL


class Session(Recorded):
    """An update, steering or plan session: planned → open (preparation) → running → closed, or cancelled."""

    class Kind(models.TextChoices):
        UPDATE = "update", _("update session")
        STEERING = "steering", _("steering session")
        PLAN = "plan", _("plan session")

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
    percent_current = models.PositiveSmallIntegerField(_("% current"), null=True, blank=True, editable=False)
    off_plan_count = models.PositiveSmallIntegerField(_("off plan"), null=True, blank=True, editable=False)
    minutes_record = models.JSONField(_("minutes"), null=True, blank=True, editable=False)
    current_line = models.ForeignKey(
        "updates.AgendaLine", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    current_line_at = models.DateTimeField(null=True, blank=True, editable=False)
    history = history(excluded_fields=["minutes_record", "current_line", "current_line_at"])

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
        return f"{self.get_kind_display()} {self.starts_at:%Y-%m-%d}"

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
    def agenda_day(self) -> dt.date:
        """The day for which a frozen agenda was made; the planned day before the start."""
        return organisation_day(self.started_at or self.starts_at)

    @property
    def minutes_used(self) -> int | None:
        """Whole minutes from start to closing, at least one; None before it is closed."""
        if self.started_at is None or self.closed_at is None:
            return None
        return max(1, round((self.closed_at - self.started_at).total_seconds() / 60))

    def _lock(self, *allowed: str) -> None:
        """Serialise with every other change of this plan's sessions and board; ValidationError in another state."""
        lock_board(self.plan_id)
        self.refresh_from_db()
        if self.state not in allowed:
            raise ValidationError(
                _("This session is %(state)s by now.") % {"state": self.get_state_display()},
                code="state",
            )

    @transaction.atomic
    def open(self, *, by: User | None, at: dt.datetime) -> None:
        """Preparation begins: from here on updates given before count as old."""
        self._lock(self.State.PLANNED)
        self.change(by=by, at=at, state=self.State.OPEN, opened_at=at)
        refresh_current_since(self.plan)

    @transaction.atomic
    def start(self, *, by: User | None, at: dt.datetime) -> None:
        """Freeze the agenda and the figures as they are now. ValidationError unless the plan is active and no other
        session of it is running."""
        from .live_agenda import make_lines

        self._lock(*self.COMING)
        if not self.plan.is_active:
            raise ValidationError(_("Sessions start in an active plan only."), code="draft")
        if self.plan.sessions.filter(state=self.State.RUNNING).exists():
            raise ValidationError(_("Another session of this plan is running."), code="running")
        on = organisation_day(at)
        self.change(
            by=by,
            at=at,
            state=self.State.RUNNING,
            started_at=at,
            opened_at=self.opened_at or at,
        )
        refresh_current_since(self.plan)
        figures = self.plan.actions.figures(on)
        self.change(
            by=by,
            at=at,
            percent_current=percent_current(figures),
            off_plan_count=figures["off_plan"],
        )
        AgendaLine.objects.bulk_create(make_lines(self, on).lines)
        people = self.plan.memberships.taking_part().values_list("user_id", flat=True)
        Attendance.objects.bulk_create([Attendance(session=self, user_id=user_id) for user_id in people])

    @transaction.atomic
    def turn_to(self, line: AgendaLine | None, *, at: dt.datetime) -> None:
        """Give a line the floor: its clock runs from now on, that of the line before it stops. None: no line.
        Turning to the line that has the floor changes nothing. Not a record: leaves no history."""
        self._lock(self.State.RUNNING)
        if self.current_line_id == (line.pk if line else None):
            return
        self._stop_clock(at)
        self.current_line, self.current_line_at = line, at if line else None
        Session.objects.filter(pk=self.pk).update(current_line=line, current_line_at=self.current_line_at)

    def _stop_clock(self, at: dt.datetime) -> None:
        if self.current_line_id and self.current_line_at and at > self.current_line_at:
            seconds = int((at - self.current_line_at).total_seconds())
            self.lines.filter(pk=self.current_line_id).update(seconds=models.F("seconds") + seconds)

    @property
    def has_records(self) -> bool:
        """Whether anything was decided or noted since the start. Up to three queries."""
        return (
            self.decisions.exists()
            or self.lines.exclude(outcome="", note="").exists()
            or self.attendance.exclude(state=Attendance.State.PRESENT).exists()
        )

    @transaction.atomic
    def unstart(self, *, by: User | None, at: dt.datetime) -> None:
        """Not started after all: back to preparation, only while nothing is recorded."""
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
            state=self.State.OPEN,
            started_at=None,
            percent_current=None,
            off_plan_count=None,
            current_line=None,
            current_line_at=None,
        )
        refresh_current_since(self.plan)

    @transaction.atomic
    def cancel(self, *, by: User | None, at: dt.datetime) -> None:
        """Will not take place. The other sessions stay as they are."""
        self._lock(*self.COMING)
        self.change(by=by, at=at, state=self.State.CANCELLED, cancelled_at=at)
        refresh_current_since(self.plan)

    @transaction.atomic
    def reschedule(self, *, by: User | None, at: dt.datetime, **values: object) -> None:
        """Another time, length, place or facilitator. The other sessions stay as they are."""
        self._lock(*self.COMING)
        self.change(by=by, at=at, **values)

    @transaction.atomic
    def close(self, *, by: User | None, at: dt.datetime) -> None:
        """Write the minutes and lock the session for good. Queries grow with the agenda, once per session."""
        from .minutes import write_minutes

        self._lock(self.State.RUNNING)
        self._stop_clock(at)
        off_plan = self.lines.filter(section=agenda.Section.OFF_PLAN).exclude(action=None)
        if self.kind == self.Kind.UPDATE:
            for action in Action.objects.filter(pk__in=off_plan.values("action"), deadline_moves__gt=0):
                action.change(by=by, at=at, slip_discussed_at=at)
        confirmed = self.lines.filter(section=agenda.Section.FINISHED, outcome=AgendaLine.Outcome.CONFIRMED)
        for action in Action.objects.filter(pk__in=confirmed.values("action")):
            action.confirm_done(by=by, at=at)
        points = self.lines.filter(kind=agenda.Kind.POINT, outcome=AgendaLine.Outcome.DISCUSSED)
        AgendaPoint.objects.filter(pk__in=points.values("item_id")).update(decided_at=at)
        clock = {"current_line": None, "current_line_at": None}
        self.change(by=by, at=at, state=self.State.CLOSED, closed_at=at, **clock)
        self.minutes_record = write_minutes(self)
        Session.objects.filter(pk=self.pk).update(minutes_record=self.minutes_record)
        refresh_current_since(self.plan)

    def correct(self, text: str, *, by: User, at: dt.datetime) -> SessionNote:
        """A dated note below the minutes, which themselves never change. ValidationError before the closing."""
        if not self.is_closed:
            raise ValidationError(_("There are no minutes yet."), code="state")
        return self.notes.create(text=text.strip(), author=by, at=at)


def refresh_current_since(plan: Plan) -> None:
    """Store the plan's current-since moment: the last closing while an update session is in preparation or running,
    else the closing before that. Source: method page, 'Rules with numbers'."""
    sessions = plan.sessions.filter(kind=Session.Kind.UPDATE)
    in_preparation = sessions.filter(state__in=[Session.State.OPEN, Session.State.RUNNING]).exists()
    closings = list(sessions.closed().values_list("closed_at", flat=True)[:2])
    wanted = 0 if in_preparation else 1
    plan.current_since = closings[wanted] if len(closings) > wanted else None
    Plan.objects.filter(pk=plan.pk).update(current_since=plan.current_since)


class AgendaPoint(models.Model):
    """A point somebody adds by hand: on the agenda of every session of its kind until it is dealt with."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="points", verbose_name=_("plan"))
    session_kind = models.CharField(max_length=10, choices=Session.Kind, default=Session.Kind.UPDATE)
    text = models.CharField(_("point"), max_length=200)
    person = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brought in by"),
    )
    hand_minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    added_at = models.DateTimeField()
    decided_at = models.DateTimeField(_("dealt with at"), null=True, blank=True)
    history = history()

    class Meta:
        verbose_name = _("agenda point")
        verbose_name_plural = _("agenda points")
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.text

    @classmethod
    @transaction.atomic
    def add(cls, session: Session, text: str, *, minutes: int | None = None, by: User, at: dt.datetime) -> AgendaPoint:
        """A new point for this session, or ValidationError once its agenda is fixed."""
        session._lock(*Session.COMING)
        point = cls(
            plan=session.plan, session_kind=session.kind, text=text, person=by, hand_minutes=minutes, added_at=at
        )
        point._keep(by=by, at=at)
        return point

    def withdraw(self, *, by: User, at: dt.datetime) -> None:
        """Take it off the coming agenda. Twice changes nothing."""
        if self.decided_at is None:
            self.decided_at = at
            self._keep(by=by, at=at)

    def bring_back(self, *, by: User, at: dt.datetime) -> None:
        """Put a withdrawn point on the agenda again."""
        if self.decided_at is not None:
            self.decided_at = None
            self._keep(by=by, at=at)

    def _keep(self, *, by: User, at: dt.datetime) -> None:
        self._history_user, self._history_date = by, at
        self.save()


class AgendaLine(models.Model):
    """One line of a frozen agenda: what it is about, why it is there, for how long, and what was said."""

    class Section(models.TextChoices):
        CARRIED = agenda.Section.CARRIED, _("Carried over")
        OFF_PLAN = agenda.Section.OFF_PLAN, _("Off plan")
        INDICATORS = agenda.Section.INDICATORS, _("Indicators")
        FINISHED = agenda.Section.FINISHED, _("Finished")
        ON_PLAN = agenda.Section.ON_PLAN, _("On plan")
        OUTSIDE = agenda.Section.OUTSIDE, _("Outside the session")

    class Outcome(models.TextChoices):
        DISCUSSED = "discussed", _("discussed")
        PARKED = "parked", _("parked")
        CONFIRMED = "confirmed", _("rightly finished")
        NOT_RIGHT = "not_right", _("not finished after all")

    session = models.ForeignKey(Session, models.CASCADE, related_name="lines", verbose_name=_("session"))
    section = models.CharField(_("section"), max_length=12, choices=Section)
    kind = models.CharField(
        _("about"),
        max_length=10,
        choices=[(kind.value, kind.value) for kind in agenda.Kind],
    )
    item_id = models.PositiveBigIntegerField()
    action = models.ForeignKey(
        Action,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="agenda_lines",
        verbose_name=_("action"),
    )
    indicator = models.ForeignKey(Indicator, models.SET_NULL, null=True, blank=True, related_name="agenda_lines")
    help_request = models.ForeignKey("updates.HelpRequest", models.SET_NULL, null=True, blank=True, related_name="+")
    agreement = models.ForeignKey("updates.Decision", models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(_("title"), max_length=300)
    person = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    flags = models.JSONField(_("flags"), default=list)
    facts = models.JSONField(_("facts"), default=dict)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    position = models.PositiveSmallIntegerField(default=0)
    times = models.PositiveSmallIntegerField(_("times on the agenda"), default=1)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    seconds = models.PositiveIntegerField(_("seconds spent"), default=0)
    number: int

    class Meta:
        verbose_name = _("agenda line")
        verbose_name_plural = _("agenda lines")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "kind", "item_id"],
                name="updates_line_once_per_agenda",
                violation_error_message=_("This is already on the agenda."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.item_id}"

    @property
    def is_discussed_line(self) -> bool:
        """Whether it has its turn in the meeting."""
        return self.section in (
            agenda.Section.CARRIED,
            agenda.Section.OFF_PLAN,
            agenda.Section.INDICATORS,
        )

    @transaction.atomic
    def mark(self, outcome: str, *, by: User, at: dt.datetime) -> None:
        """Discussed, parked, rightly finished, or not: 'not right' puts the action back in progress at once.

        Another answer than 'not right' afterwards puts it back as it was; ValidationError when it was moved since.
        """
        self.session._lock(Session.State.RUNNING)
        self.refresh_from_db()
        if outcome == self.outcome:
            return
        if self.outcome == self.Outcome.NOT_RIGHT and self.action and not self.action.is_done:
            _back_to_done(self.action, by=by, at=at)
        self.outcome = outcome
        self.save(update_fields=["outcome"])
        if outcome == self.Outcome.NOT_RIGHT and self.action and self.action.is_done:
            self.action.move_to(Action.Status.DOING, by=by, at=at)

    @transaction.atomic
    def write_note(self, note: str) -> None:
        """Keep what was said; only while the session runs."""
        self.session._lock(Session.State.RUNNING)
        self.note = note.strip()
        self.save(update_fields=["note"])


def _back_to_done(action: Action, *, by: User, at: dt.datetime) -> None:
    try:
        action.undo_move(by=by, at=at)
    except StaleMove as moved:
        raise ValidationError(_("The action has been moved since."), code="stale") from moved


class Attendance(models.Model):
    """Who was there."""

    class State(models.TextChoices):
        PRESENT = "present", _("present")
        EXCUSED = "excused", _("absent with notice")
        ABSENT = "absent", _("absent")

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendance", verbose_name=_("session"))
    user = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("person"))
    state = models.CharField(_("attendance"), max_length=10, choices=State, default=State.PRESENT)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["user__sort_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user"],
                name="updates_attendance_once_per_person",
                violation_error_message=_("This person is on the list already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_state_display()}"

    @transaction.atomic
    def note(self, state: str) -> None:
        """Present, absent or absent with notice; only while the session runs."""
        self.session._lock(Session.State.RUNNING)
        self.state = state
        self.save(update_fields=["state"])


class SessionNote(models.Model):
    """A dated correction to closed minutes: the record itself never changes."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="notes", verbose_name=_("session"))
    text = models.TextField(_("note"), max_length=2000)
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("author"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("note on the minutes")
        verbose_name_plural = _("notes on the minutes")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:80]
