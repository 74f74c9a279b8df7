"""What a session is made of: the points added by hand, the lines of its agenda, who was there, later corrections."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from actions.models import Action
from ogsm.pieces import history
from plans.models import Choice, Goal, Indicator, Plan

from . import agenda

if TYPE_CHECKING:
    from ogsm.accounts.models import User

    from .session_models import Session

USER = settings.AUTH_USER_MODEL


class SessionKind(models.TextChoices):
    UPDATE = "update", _("update session")
    STEERING = "steering", _("steering session")
    PLAN = "plan", _("plan session")


class AgendaPoint(models.Model):
    """A point somebody adds by hand: on the agenda of every session of its kind until it is dealt with."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="points", verbose_name=_("plan"))
    session_kind = models.CharField(max_length=10, choices=SessionKind, default=SessionKind.UPDATE)
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
        session._lock(*session.COMING)
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
        OUTSIDE = "outside", _("outside the session")
        CONFIRMED = "confirmed", _("rightly finished")
        NOT_RIGHT = "not_right", _("not finished after all")

        @classmethod
        def of_a_turn(cls) -> tuple[AgendaLine.Outcome, ...]:
            """What may be said of a line that has its turn in the meeting."""
            return cls.DISCUSSED, cls.PARKED, cls.OUTSIDE

    session = models.ForeignKey("updates.Session", models.CASCADE, related_name="lines", verbose_name=_("session"))
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
    choice = models.ForeignKey(Choice, models.SET_NULL, null=True, blank=True, related_name="agenda_lines")
    goal = models.ForeignKey(Goal, models.SET_NULL, null=True, blank=True, related_name="agenda_lines")
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
    outcome_at = models.DateTimeField(_("outcome said at"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    seconds = models.PositiveIntegerField(_("seconds spent"), default=0)
    history = history(deletions=False, excluded_fields=["seconds"])
    number: int
    by_hand: int | None  # the facilitator's own minutes, on a coming agenda

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

    @property
    def was_refused(self) -> bool:
        """Whether 'no' was said to the question it carries while its session ran."""
        asked, began = self.help_request, self.session.started_at
        if asked is None or asked.answered_at is None or began is None:
            return False
        return asked.state == asked.State.NO and asked.answered_at >= began

    @transaction.atomic
    def mark(self, outcome: str, *, by: User, at: dt.datetime) -> None:
        """Discussed, parked, outside the session, rightly finished, or not: 'not right' puts the action back in
        progress at once, and a confirmed agreement is done.

        Another answer afterwards takes that back, whoever gave the first one. ValidationError when the action was moved
        since, and for what is said of a turn on a line that has none in the meeting.
        """
        self.session._lock(self.session.State.RUNNING)
        self.refresh_from_db()
        if outcome in self.Outcome.of_a_turn() and not self.is_discussed_line:
            raise ValidationError(_("Only a line with its turn in the meeting is discussed or parked."), code="section")
        if outcome == self.outcome:
            return
        if self.outcome == self.Outcome.NOT_RIGHT and self.action and not self.action.is_done:
            self._back_to_done(self.action, by=by, at=at)
        was_ticked = self.agreement is not None and self.agreement.done_at is not None
        if self.agreement and outcome == self.Outcome.CONFIRMED:
            self.agreement.finish(by=by, at=at)
        elif self.agreement and self.outcome == self.Outcome.CONFIRMED and self.agreement.done_at == self.outcome_at:
            self.agreement.reopen(by=by, at=at)
        self.outcome = outcome
        self.outcome_at = at if outcome and not was_ticked else None  # the tick of its own person is not taken back
        self.save(update_fields=["outcome", "outcome_at"])
        if outcome == self.Outcome.NOT_RIGHT and self.action and self.action.is_done:
            self.action.move_to(Action.Status.DOING, by=by, at=at)

    def _back_to_done(self, action: Action, *, by: User, at: dt.datetime) -> None:
        """Take back the move that 'not right' made, as long as it is the last one. Five queries."""
        moved = action.history.filter(version=action.version).order_by("history_id").first()
        earlier = action.history.filter(version=action.version - 1).order_by("-history_id").first()
        is_ours = moved and moved.history_date == self.outcome_at
        if not is_ours or earlier is None or earlier.status != Action.Status.DONE:
            raise ValidationError(_("The action has been moved since."), code="stale")
        action.move_to(Action.Status.DONE, by=by, at=at)
        action.change(by=by, at=at, completed_on=earlier.completed_on, light=action.light or earlier.light)

    @transaction.atomic
    def write_note(self, note: str) -> None:
        """Keep what was said; only while the session runs."""
        self.session._lock(self.session.State.RUNNING)
        self.note = note.strip()
        self.save(update_fields=["note"])


class Attendance(models.Model):
    """Who was there."""

    class State(models.TextChoices):
        PRESENT = "present", _("present")
        EXCUSED = "excused", _("absent with notice")
        ABSENT = "absent", _("absent")

    session = models.ForeignKey("updates.Session", models.CASCADE, related_name="attendance", verbose_name=_("session"))
    user = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("person"))
    state = models.CharField(_("attendance"), max_length=10, choices=State, default=State.PRESENT)
    history = history(deletions=False)

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
        """Without the name: lists of what belongs to a session would ask for each person."""
        return str(self.get_state_display())

    @transaction.atomic
    def note(self, state: str) -> None:
        """Present, absent or absent with notice; only while the session runs."""
        self.session._lock(self.session.State.RUNNING)
        self.state = state
        self.save(update_fields=["state"])


class SessionNote(models.Model):
    """A dated correction to closed minutes: the record itself never changes."""

    session = models.ForeignKey("updates.Session", models.CASCADE, related_name="notes", verbose_name=_("session"))
    text = models.TextField(_("note"), max_length=2000)
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("author"))
    at = models.DateTimeField(_("at"))
    history = history()

    class Meta:
        verbose_name = _("note on the minutes")
        verbose_name_plural = _("notes on the minutes")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def _history_user(self) -> User:
        """Whoever adds it, wherever that happens, wrote it."""
        return self.author

    @property
    def _history_date(self) -> dt.datetime:
        return self.at
