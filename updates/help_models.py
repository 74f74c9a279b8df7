"""Help requests: 'what do you need', as an object that lives until it is answered. See also `Update.give`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actions.models import Action
from ogsm.pieces import Recorded, history
from plans.locks import lock_plan

from .agenda_models import AgendaLine
from .querysets import HelpQuerySet

if TYPE_CHECKING:
    from ogsm.accounts.models import User

    from .models import Decision, Update

USER = settings.AUTH_USER_MODEL
ANSWER = 2000


class HelpRequest(Recorded):
    """'What do you need': asked of a person or of the team, open until answered, carried from session to session."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        YES = "yes", _("yes")
        PARTLY = "partly", _("partly")
        NO = "no", _("no")
        CLOSED = "closed", _("no longer needed")

    action = models.ForeignKey(Action, models.CASCADE, related_name="help_requests", verbose_name=_("action"))
    update = models.ForeignKey(
        "updates.Update",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="help_requests",
        verbose_name=_("update"),
    )
    text = models.TextField(_("question"), max_length=ANSWER)
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_of = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="help_asked",
        verbose_name=_("asked of"),
    )
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(_("answer"), max_length=6, choices=State, default=State.OPEN)
    answer = models.TextField(_("in words"), blank=True, max_length=ANSWER)
    promised_on = models.DateField(_("promised by"), null=True, blank=True)
    answered_by = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_for = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered in the name of")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    history = history()

    objects = HelpQuerySet.as_manager()

    stands_in = False  # whether the reader answers it for who is away; said by who shows it

    class Meta:
        verbose_name = _("help request")
        verbose_name_plural = _("help requests")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None) | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="updates_help_answered_has_moment",
                violation_error_message=_("An answered request has the moment of its answer."),
            ),
            models.CheckConstraint(
                condition=~Q(state="yes") | Q(promised_on__isnull=False),
                name="updates_help_yes_has_date",
                violation_error_message=_("Say by when you will help."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @classmethod
    def ask(cls, action: Action, update: Update, *, by: User, at: dt.datetime) -> HelpRequest | None:
        """The request in an update's 'need', unless it repeats one that is open, or the action's latest one.

        The same question to somebody else passes an open request on instead of asking it twice.
        """
        text = update.need.strip()
        if not text:
            return None
        if same := action.help_requests.open().filter(text=text).last():
            return same if same.change(by=by, at=at, asked_of=update.need_of) else None
        last = action.help_requests.last()
        if last and last.text == text and last.asked_of_id == update.need_of_id:
            return None
        request = cls(action=action, update=update, text=text, asked_by=by, asked_of=update.need_of, asked_at=at)
        request.record(by=by, at=at)
        recount_help(action, by=by, at=at)
        return request

    @classmethod
    def reword(cls, action: Action, update: Update, *, by: User, at: dt.datetime) -> None:
        """After a correction: the update's own open request says what the update now says, or is closed when it says
        nothing or what another open one says already."""
        request = update.help_requests.open().last()
        text = update.need.strip()
        if request and text and not action.help_requests.open().filter(text=text).exclude(pk=request.pk).exists():
            request.change(by=by, at=at, text=text, asked_of=update.need_of)
            return
        if request:
            request.close(by=by, at=at)
            recount_help(action, by=by, at=at)
        cls.ask(action, update, by=by, at=at)

    @transaction.atomic
    def reply(
        self, state: str, *, by: User, at: dt.datetime, answer: str = "", promised_on: dt.date | None = None,
        who: User | None = None, line: AgendaLine | None = None, instead_of: User | None = None,
    ) -> Decision | None:  # fmt: skip
        """Answer once: yes (by a date, which becomes an agreement), partly or no. ValidationError when answered
        already or when 'yes' has no date. `who`: on whose behalf, and `line`: where in a session it was said;
        `instead_of`: who is away, whom `by` stands in for, and whose promise it becomes."""
        self._lock_open()
        if state == self.State.YES and promised_on is None:
            raise ValidationError({"promised_on": _("Say by when you will help.")})
        said: dict[str, Any] = {"state": state, "answer": answer, "promised_on": promised_on}
        self.change(by=by, at=at, answered_by=who or by, answered_for=instead_of, answered_at=at, **said)
        recount_help(self.action, by=by, at=at)
        if promised_on is None or state == self.State.NO:
            return None
        from .models import Decision

        promise = Decision(
            plan_id=self.action.plan_id, session=line.session if line else None, line=line, action=self.action,
            kind=Decision.Kind.HELP_PROMISED, text=answer or self.text,
            who=who or instead_of or by, due_on=promised_on, by=by, at=at,
        )  # fmt: skip
        promise._save(by=by, at=at)
        return promise

    @transaction.atomic
    def pass_on(self, to: User | None, *, by: User, at: dt.datetime, why: str = "") -> None:
        """Ask it of somebody else, or of the team (None); who is asked now sees it among what waits for them. Passing
        it to who has it already changes nothing. ValidationError when it was answered."""
        self._lock_open()
        if to is not None and to.pk == self.asked_by_id:
            raise ValidationError({"asked_of": _("This person asks for the help.")})
        self.change(by=by, at=at, why=why, asked_of=to)

    @transaction.atomic
    def withdraw(self, *, by: User, at: dt.datetime) -> None:
        """Who asked needs it no longer; withdrawing twice changes nothing. ValidationError when it was answered."""
        lock_plan(self.action.plan_id)
        self.refresh_from_db(fields=["state"])
        if self.state != self.State.CLOSED:
            self._lock_open()
            self.close(by=by, at=at)
            recount_help(self.action, by=by, at=at)

    @transaction.atomic
    def ask_again(self, *, by: User, at: dt.datetime) -> None:
        """Take the withdrawal back. ValidationError when it was answered, or when the same stands open meanwhile."""
        lock_plan(self.action.plan_id)
        self.refresh_from_db(fields=["state"])
        if self.state == self.State.OPEN:
            return
        if self.state != self.State.CLOSED:
            raise ValidationError(_("This has been answered already."), code="answered")
        if self.action.help_requests.open().filter(text=self.text).exists():
            raise ValidationError(_("The same question stands open already."), code="twice")
        nothing: dict[str, Any] = {"answered_by": None, "answered_for": None, "answered_at": None}
        self.change(by=by, at=at, state=self.State.OPEN, **nothing)
        recount_help(self.action, by=by, at=at)

    def _lock_open(self) -> None:
        """Serialise with every other change of this plan's help; ValidationError when it is no longer open."""
        lock_plan(self.action.plan_id)
        self.refresh_from_db(fields=["state", "asked_of"])
        if self.state == self.State.CLOSED:
            raise ValidationError(_("This question was withdrawn."), code="withdrawn")
        if self.state != self.State.OPEN:
            raise ValidationError(_("This has been answered already."), code="answered")

    def close(self, *, by: User, at: dt.datetime) -> None:
        """No longer needed. The caller recounts."""
        self.change(by=by, at=at, state=self.State.CLOSED, answered_by=by, answered_at=at)

    @classmethod
    def close_all(cls, action: Action, *, by: User, at: dt.datetime, but: HelpRequest | None = None) -> None:
        """The action no longer needs what it asked for, but for the one asked just now."""
        for request in action.help_requests.open():
            if request != but:
                request.close(by=by, at=at)
        recount_help(action, by=by, at=at)


def recount_help(action: Action, *, by: User, at: dt.datetime) -> None:
    """Keep the action's count of open requests true."""
    action.refresh_from_db(fields=["open_help"])
    action.change(by=by, at=at, open_help=action.help_requests.open().count())
