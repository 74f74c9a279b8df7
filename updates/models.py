"""Updates, help and decisions: what people say about their actions, ask of each other and agree on."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actions.models import Action, DeadlineShift, organisation_day
from actions.rules import TIME_FLAGS, action_flags
from ogsm.pieces import history, sign
from plans.locks import lock_plan
from plans.models import Plan
from plans.stand_in_models import stands_in

from .agenda_models import AgendaLine, AgendaPoint, Attendance, SessionNote  # noqa: F401  (Django finds models here)
from .calendar_models import CalendarInvitation  # noqa: F401
from .help_models import HelpRequest, recount_help  # noqa: F401
from .outbox_models import OutgoingMail, RunRecord  # noqa: F401
from .querysets import DecisionQuerySet
from .remark_models import Remark  # noqa: F401
from .review_models import ChoiceReview, GoalReview  # noqa: F401
from .session_models import Session

if TYPE_CHECKING:
    from ogsm.accounts.models import User

USER = settings.AUTH_USER_MODEL
ANSWER = 2000
JUDGED = [
    *["responsible", "starts_on", "deadline", "original_deadline", "deadline_moves", "last_moved_at"],
    *["slip_discussed_at", "status", "light", "expected_end", "last_update_at", "open_help"],
]  # of an action: what an update depends on


class Update(models.Model):
    """The answer to the three questions for one action, with status, light and expected end. Append-only."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="updates", verbose_name=_("action"))
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("author"))
    on_behalf_of = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("on behalf of"),
    )
    done = models.TextField(_("What did you do?"), blank=True, max_length=ANSWER)
    next = models.TextField(_("What will you do next?"), blank=True, max_length=ANSWER)
    need = models.TextField(
        _("What do you need from the team to finish the action well?"),
        blank=True,
        max_length=ANSWER,
    )
    need_of = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Ask this of"),
    )
    status = models.CharField(_("status"), max_length=5, choices=Action.Status)
    light = models.CharField(_("light"), max_length=5, choices=Action.Light, blank=True)
    expected_end = models.DateField(_("expected end"), null=True, blank=True)
    at = models.DateTimeField(_("given at"))
    unchanged = models.BooleanField(_("unchanged"), default=False)
    corrected_at = models.DateTimeField(_("corrected at"), null=True, blank=True)
    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    history = history()

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(light__in=["", "green", "amber", "red"]),
                name="updates_update_known_light",
                violation_error_message=_("A light is green, amber, red or empty."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} ({self.at:%Y-%m-%d})"

    @classmethod
    @transaction.atomic
    def give(
        cls,
        action: Action,
        *,
        by: User,
        at: dt.datetime,
        status: str,
        light: str = "",
        done: str = "",
        next: str = "",
        need: str = "",
        need_of: User | None = None,
        expected_end: dt.date | None = None,
        unchanged: bool = False,
        close_help: bool = False,
        new_deadline: dt.date | None = None,
        reason: str = "",
        token: uuid.UUID | None = None,
    ) -> Update:
        """Write an update and take its judgement over on the action; a second call with the same token changes
        nothing. A new text under 'need' becomes a help request; the same text as last time does not.
        `new_deadline` moves the deadline with it (ValidationError without a reason in an active plan)."""
        lock_plan(action.plan_id)
        if token and (given := action.updates.filter(token=token, author=by).first()):
            return given
        action.refresh_from_db(fields=JUDGED)
        if new_deadline:
            action.shift_deadline(new_deadline, reason=reason, by=by, at=at)
        takes_part = by == action.responsible or action.involved.filter(pk=by.pk).exists()
        if (
            takes_part
            and by != action.responsible
            and stands_in(by, for_=action.responsible, plan=action.plan_id, on=organisation_day(at))
        ):
            takes_part = False  # also who is involved speaks for who is away
        update = cls(
            action=action, author=by, on_behalf_of=None if takes_part else action.responsible, done=done, next=next,
            need=need, need_of=need_of, status=status, light=light, expected_end=expected_end, at=at,
            unchanged=unchanged,
        )  # fmt: skip
        if token and not cls.objects.filter(token=token).exists():
            update.token = token
        sign(update, by=by, at=at)
        update.save()
        action.move_to(status, by=by, at=at)
        action.note_update(light=light, expected_end=expected_end, last_update_at=at, by=by, at=at)
        asked = HelpRequest.ask(action, update, by=by, at=at)
        if close_help:
            HelpRequest.close_all(action, but=asked, by=by, at=at)
        action.update_drafts.filter(user=by).delete()
        return update

    @classmethod
    @transaction.atomic
    def give_unchanged(
        cls, action: Action, *, by: User, at: dt.datetime, on: dt.date, token: uuid.UUID | None = None
    ) -> Update:
        """Repeat the latest update in one stroke. ValidationError when there is none or time has overtaken it."""
        lock_plan(action.plan_id)
        action.refresh_from_db(fields=JUDGED)
        last = action.updates.first()
        if last is None:
            raise ValidationError(_("There is no earlier update to repeat."), code="none")
        flags = action_flags(action.facts, on=on, current_since=at)
        if flags & TIME_FLAGS:
            raise ValidationError(_("The dates no longer hold: please say what has changed."), code="time")
        return cls.give(
            action, by=by, at=at, status=action.status, light=action.light, next=last.next, need=last.need,
            need_of=last.need_of, expected_end=action.expected_end, unchanged=True, token=token,
        )  # fmt: skip

    @classmethod
    @transaction.atomic
    def tell_result(
        cls, action: Action, *, by: User, at: dt.datetime, result: str, close_help: bool = False,
        token: uuid.UUID | None = None,
    ) -> Update | None:  # fmt: skip
        """What came of a finished action, as an update, and whether its open questions can be closed; neither has to
        be. ValidationError when it is not done."""
        lock_plan(action.plan_id)
        action.refresh_from_db(fields=JUDGED)
        if not action.is_done:
            raise ValidationError(_("This action is not done any more. Please give an update."), code="open")
        if result:
            said: dict[str, Any] = {"status": action.status, "light": action.light, "done": result}
            return cls.give(action, by=by, at=at, close_help=close_help, token=token, **said)
        if close_help:
            HelpRequest.close_all(action, by=by, at=at)
        return None

    def may_be_corrected_by(self, user: User) -> bool:
        """Its author, until a session of the plan starts or the next update is given. Up to two queries."""
        if self.author_id != user.pk or self.action.updates.filter(at__gt=self.at).exists():
            return False
        return not self.action.plan.sessions.filter(started_at__gte=self.at).exists()

    @staticmethod
    def too_late() -> ValidationError:
        return ValidationError(_("This update can no longer be corrected. Please give a new one."), code="late")

    @transaction.atomic
    def correct(self, *, by: User, at: dt.datetime, **answers: Any) -> list[str]:
        """Replace answers of the latest update by its author; returns the names that really changed.

        Only what changed is taken over on the action: it may have been moved since. Its light stays empty where it
        was emptied since, on reopening or with a change of responsible. ValidationError when the update can no longer
        be corrected.
        """
        lock_plan(self.action.plan_id)
        if not self.may_be_corrected_by(by):
            raise self.too_late()
        changed = [name for name, value in answers.items() if getattr(self, name) != value]
        if not changed:
            return changed
        for name in changed:
            setattr(self, name, answers[name])
        self.corrected_at = at
        sign(self, by=by, at=at)
        self.save()
        self.action.refresh_from_db(fields=JUDGED)
        judged = {name: answers[name] for name in ("light", "expected_end") if name in changed}
        if self.action.light_emptied_since(self.at):
            judged.pop("light", None)
        elif "status" in changed:
            judged["light"] = self.light  # taking back 'done' reopens, which empties it
        if "status" in changed:
            self.action.move_to(self.status, by=by, at=at)
        self.action.change(by=by, at=at, **judged)
        if not {"need", "need_of"}.isdisjoint(changed):
            HelpRequest.reword(self.action, self, by=by, at=at)
        return changed


class UpdateDraft(models.Model):
    """What somebody has typed but not yet given: kept over dropped connections and closed tabs.

    Without a change history: it is saved at every pause in typing, is nobody else's to read, and is gone once given.
    """

    action = models.ForeignKey(Action, models.CASCADE, related_name="update_drafts")
    user = models.ForeignKey(USER, models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft of an update")
        verbose_name_plural = _("drafts of updates")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "user"],
                name="updates_draft_once_per_person",
                violation_error_message=_("There is a draft already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.saved_at:%Y-%m-%d %H:%M}"


class Decision(models.Model):
    """What was decided or agreed: written to the plan and to the minutes in one step. An agreement has who and when."""

    class Kind(models.TextChoices):
        NEW_DEADLINE = "new_deadline", _("new deadline")
        SMALLER_RESULT = "smaller_result", _("smaller result")
        OTHER_RESPONSIBLE = "other_responsible", _("other responsible")
        EXTRA_ACTION = "extra_action", _("extra action")
        HELP_PROMISED = "help_promised", _("help promised")
        STOP = "stop", _("stop")
        AGREEMENT = "agreement", _("agreement")
        CHOICE_CHANGED = "choice_changed", _("change of choice")
        OTHER_OWNER = "other_owner", _("other choice owner")
        INDICATOR_CHANGED = "indicator_changed", _("change of indicator")
        TARGET_CHANGED = "target_changed", _("change of target")
        GOAL_JUDGED = "goal_judged", _("goal judged")

    PROMISES = (Kind.AGREEMENT, Kind.HELP_PROMISED)

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="decisions", verbose_name=_("plan"))
    session = models.ForeignKey(
        Session,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("session"),
    )
    line = models.ForeignKey(
        AgendaLine,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("agenda line"),
    )
    action = models.ForeignKey(
        Action,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("action"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    text = models.TextField(_("text"), max_length=ANSWER, blank=True)
    before = models.CharField(_("from"), max_length=500, blank=True)
    after = models.CharField(_("to"), max_length=500, blank=True)
    shift = models.ForeignKey(DeadlineShift, models.SET_NULL, null=True, blank=True, related_name="+")
    replaced = models.JSONField(default=dict, editable=False, help_text="field: [old, new], to take it back")
    who = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("who"),
    )
    due_on = models.DateField(_("by when"), null=True, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))
    at = models.DateTimeField(_("at"))
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    history = history()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision or agreement")
        verbose_name_plural = _("decisions and agreements")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="agreement") | Q(who__isnull=False, due_on__isnull=False),
                name="updates_decision_agreement_who_when",
                violation_error_message=_("An agreement says who and by when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text or self.after}"

    @property
    def is_promise(self) -> bool:
        return self.kind in self.PROMISES

    def finish(self, *, by: User, at: dt.datetime) -> None:
        """An agreement was kept. Finishing twice changes nothing."""
        if self.done_at is None:
            self.done_at = at
            self._save(by=by, at=at)

    def reopen(self, *, by: User, at: dt.datetime) -> None:
        """Not kept after all."""
        if self.done_at is not None:
            self.done_at = None
            self._save(by=by, at=at)

    @transaction.atomic
    def move_to(self, due_on: dt.date, *, why: str, by: User, at: dt.datetime) -> None:
        """Another day for what was promised, with the reason in its history. The same day changes nothing.
        ValidationError without a reason, or when it was kept already."""
        lock_plan(self.plan_id)
        self.refresh_from_db()
        if self.done_at is not None:
            raise ValidationError(_("This has been done already."), code="done")
        if not why.strip():
            raise ValidationError({"why": _("Say why the date moves.")})
        if self.due_on != due_on:
            self.due_on, self._change_reason = due_on, why.strip()
            self._save(by=by, at=at)

    def _save(self, *, by: User, at: dt.datetime) -> None:
        sign(self, by=by, at=at)
        self.save()
