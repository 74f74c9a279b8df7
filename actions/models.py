"""The action: a result with one responsible and a deadline, its place on the board, and its deadline shifts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ogsm.pieces import UNDONE, ArchivedWithChoice, Recorded, history, in_one_transaction, sign
from plans.holders import Heirs, hand_over, refuse_who_left
from plans.locks import lock_plan
from plans.models import Choice, Indicator, Membership, Plan

from . import rules
from .places import gap, own_rank, rebalance, see_place
from .querysets import ActionQuerySet
from .step_models import Step  # noqa: F401  (Django finds models here)

if TYPE_CHECKING:
    from ogsm.accounts.models import User

USER = settings.AUTH_USER_MODEL


class StaleMove(Exception):
    """The card was moved by someone else since the mover saw it; `action` holds its true place."""

    def __init__(self, action: Action) -> None:
        super().__init__(action)
        self.action = action


def organisation_day(at: dt.datetime) -> dt.date:
    """The date of a moment in the organisation's zone."""
    return timezone.localdate(at, timezone.get_default_timezone())


class Action(ArchivedWithChoice):
    """One result towards a strategic choice: exactly one responsible, a deadline, a status, a light."""

    class Status(models.TextChoices):
        TODO = rules.TODO, _("To do")
        DOING = rules.DOING, _("In progress")
        DONE = rules.DONE, _("Done")

    class Light(models.TextChoices):
        GREEN = rules.GREEN, _("Green")
        AMBER = rules.AMBER, _("Amber")
        RED = rules.RED, _("Red")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="actions", verbose_name=_("plan"))
    choice = models.ForeignKey(
        Choice,
        models.CASCADE,
        related_name="actions",
        verbose_name=_("strategic choice"),
    )
    result = models.CharField(_("result"), max_length=240, help_text=_("What will be true when it is done."))
    description = models.TextField(_("description"), blank=True, max_length=5000)
    link = models.URLField(_("link"), blank=True, max_length=500)
    responsible = models.ForeignKey(
        USER,
        models.PROTECT,
        related_name="responsible_for",
        verbose_name=_("responsible"),
    )
    involved: models.ManyToManyField[User, Any] = models.ManyToManyField(
        USER, blank=True, related_name="involved_in", verbose_name=_("involved")
    )
    serves: models.ManyToManyField[Indicator, Any] = models.ManyToManyField(
        Indicator, blank=True, related_name="served_by", verbose_name=_("serves indicators")
    )
    starts_on = models.DateField(_("start"), null=True, blank=True)
    deadline = models.DateField(_("deadline"))
    original_deadline = models.DateField(_("original deadline"), null=True, blank=True, editable=False)
    status = models.CharField(_("status"), max_length=5, choices=Status, default=Status.TODO)
    completed_on = models.DateField(_("done on"), null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, editable=False)
    rank = models.BigIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    light = models.CharField(_("light"), max_length=5, choices=Light, blank=True, editable=False)
    expected_end = models.DateField(_("expected end"), null=True, blank=True, editable=False)
    last_update_at = models.DateTimeField(_("last update at"), null=True, blank=True, editable=False)
    open_help = models.PositiveSmallIntegerField(_("open help requests"), default=0, editable=False)
    deadline_moves = models.PositiveSmallIntegerField(_("times moved later"), default=0, editable=False)
    last_moved_at = models.DateTimeField(_("last moved at"), null=True, blank=True, editable=False)
    slip_discussed_at = models.DateTimeField(_("slip discussed at"), null=True, blank=True, editable=False)
    history = history(
        m2m_fields=[involved, serves],
        indexes=[models.Index(fields=["plan", "history_id"], name="actions_newest_of_plan")],  # asked for at every poll
    )

    objects = ActionQuerySet.as_manager()
    held_by = "responsible"
    flag_bits: int
    is_fresh = False  # read under the lock of its plan, and not changed since

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["deadline", "pk"]
        indexes = [
            models.Index(fields=["plan", "status", "rank"], name="actions_action_board"),
            models.Index(fields=["plan", "status"], condition=Q(archived_at=None), name="actions_action_counts"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(deadline__gte=F("starts_on")),
                name="actions_action_deadline_after_start",
                violation_error_message=_("The deadline lies before the start."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["todo", "doing", "done"]),
                name="actions_action_known_status",
                violation_error_message=_("An action is to do, in progress or done."),
            ),
            models.CheckConstraint(
                condition=Q(light__in=["", "green", "amber", "red"]),
                name="actions_action_known_light",
                violation_error_message=_("A light is green, amber, red or empty."),
            ),
            models.CheckConstraint(
                condition=Q(status="done", completed_on__isnull=False)
                | (~Q(status="done") & Q(completed_on__isnull=True)),
                name="actions_action_done_has_day",
                violation_error_message=_("A done action has the day on which it was done."),
            ),
        ]

    def __str__(self) -> str:
        return self.result

    def get_absolute_url(self) -> str:
        return reverse("actions:action_page", args=[self.plan_id, self.pk])

    def clean(self) -> None:
        """The choice is one of this plan and the responsible takes part in it; a new action is under a live choice.
        Two queries."""
        if self.choice_id and self.plan_id and self.choice.plan_id != self.plan_id:
            raise ValidationError({"choice": _("This choice belongs to another plan.")})
        if self.choice_id and not self.pk:
            self._refuse_archived_choice()
        if self.responsible_id and self.plan_id:
            people = self.plan.memberships.taking_part()
            if not people.filter(user_id=self.responsible_id).exists():
                raise ValidationError({"responsible": _("The person responsible must be a member of this plan.")})

    def _refuse_archived_choice(self) -> None:
        if self.choice.is_archived:
            raise ValidationError({"choice": _("This strategic choice is archived: restore it first.")})

    @property
    def is_done(self) -> bool:
        return self.status == self.Status.DONE

    @property
    def holder_id(self) -> int | None:
        """The responsible, until it is done."""
        return None if self.is_done else self.responsible_id

    def hand_to(self, heir: User, *, by: User | None, at: dt.datetime, why: str = "") -> None:
        self.edit(by=by, at=at, why=why, responsible=heir)

    @transaction.atomic
    def restore(self, *, by: User | None, at: dt.datetime, why: str = "", heirs: Heirs | None = None) -> None:
        """Back where it was. ValidationError when it is open and its responsible left the plan, unless `heirs` says
        who takes over."""
        hand_over(self.plan, [self], heirs, by=by, at=at)
        self.restore_with_choice(by=by, at=at, why=why)

    def restore_with_choice(self, *, by: User | None, at: dt.datetime, why: str = "") -> None:
        """At the rank it had, unless another card has that by now."""
        lock_plan(self.plan_id)
        rank = own_rank(self.rank, status=self.status, moving=self)
        self.change(by=by, at=at, why=why, archived_at=None, archived_with_choice=False, rank=rank)

    @property
    def flags(self) -> rules.Flag:
        """Its flags, as annotated by `with_flags(on)`."""
        return rules.Flag(self.flag_bits)

    @property
    def flag_names(self) -> list[str]:
        return rules.flag_names(self.flag_bits)

    @property
    def facts(self) -> rules.ActionFacts:
        return rules.ActionFacts(
            status=self.status,
            deadline=self.deadline,
            starts_on=self.starts_on,
            expected_end=self.expected_end,
            light=self.light,
            last_update_at=self.last_update_at,
            open_help=self.open_help,
            deadline_moves=self.deadline_moves,
            last_moved_at=self.last_moved_at,
            slip_discussed_at=self.slip_discussed_at,
        )

    @property
    def days_moved(self) -> int:
        """Days between the original deadline and today's one; negative when it came forward."""
        return (self.deadline - self.original_deadline).days if self.original_deadline else 0

    @classmethod
    @transaction.atomic
    def create(
        cls, *, by: User | None, at: dt.datetime, why: str = "", involved: Any = (), serves: Any = (), **values: Any
    ) -> Action:  # fmt: skip
        """A new action at the bottom of its column; in an active plan its deadline is its original one.
        ValidationError when its strategic choice is archived."""
        action = cls(**values)
        action._refuse_archived_choice()
        lock_plan(action.plan_id)
        if not action.plan.is_draft:
            action.original_deadline = action.deadline
        column = cls.objects.filter(plan_id=action.plan_id, status=action.status)
        lowest = column.aggregate(lowest=models.Max("rank"))["lowest"]
        action.rank = 0 if lowest is None else lowest + rules.RANK_STEP
        if action.is_done and action.completed_on is None:
            action.completed_on = organisation_day(at)
        action.record(by=by, at=at, why=why)
        if involved:
            action.involved.add(*involved)
        if serves:
            action.serves.add(*serves)
        return action

    @transaction.atomic
    def edit(self, *, by: User | None, at: dt.datetime, why: str = "", **values: Any) -> list[str]:
        """Change fields other than the place; returns the changed names.

        A new responsible has not judged yet: the light is emptied. A new deadline in an active plan is a shift and
        needs `why` (ValidationError without).
        """
        many = {name: values.pop(name) for name in ("involved", "serves") if name in values}
        deadline = values.pop("deadline", self.deadline)
        starts_on = values.get("starts_on", self.starts_on)
        if starts_on and deadline < starts_on:
            raise ValidationError({"deadline": _("The deadline lies before the start.")})
        if "responsible" in values and values["responsible"] != self.responsible:
            values.setdefault("light", "")
        changed = [name for name, value in values.items() if getattr(self, name) != value]
        if deadline != self.deadline:
            self.shift_deadline(deadline, reason=why, by=by, at=at, **values)
            changed.append("deadline")
        else:
            self.change(by=by, at=at, why=why, **values)
        for name, wanted in many.items():
            now = getattr(self, name)
            if wanted is not None and set(wanted) != set(now.all()):
                sign(self, by=by, at=at)
                self._change_reason = why or None
                now.set(wanted)
                changed.append(name)
        return changed

    @transaction.atomic
    def shift_deadline(
        self,
        to_date: dt.date,
        *,
        reason: str,
        by: User | None,
        at: dt.datetime,
        **together: Any,
    ) -> DeadlineShift | None:
        """Move the deadline. In an active plan a reason is required and the shift is kept; in a draft it is a plain
        change and None is returned."""
        if to_date == self.deadline:
            return None
        starts_on = together.get("starts_on", self.starts_on)
        if starts_on and to_date < starts_on:
            raise ValidationError({"deadline": _("The deadline lies before the start.")})
        if self.original_deadline is None:
            self.change(by=by, at=at, why=reason, deadline=to_date, **together)
            return None
        if not reason.strip():
            raise ValidationError({"reason": _("Say why the deadline moves.")})
        shift = DeadlineShift(
            action=self, from_date=self.deadline, to_date=to_date, reason=reason.strip(), by=by, at=at
        )
        shift.record(by=by, at=at)
        self._take_deadline(to_date, by=by, at=at, why=reason, **together)
        return shift

    @transaction.atomic
    def undo_shift(self, shift: DeadlineShift, *, by: User | None, at: dt.datetime) -> None:
        """Take a shift back. ValidationError when the deadline has moved again since, or the start beyond it."""
        if shift.undone_at is not None:
            return
        if self.deadline != shift.to_date:
            raise ValidationError(_("The deadline has changed again since."), code="stale")
        if self.starts_on and shift.from_date < self.starts_on:
            raise ValidationError(_("The start lies after the old deadline now. Move the start first."), code="start")
        shift.undone_at = at
        shift.save(update_fields=["undone_at"])
        self._take_deadline(shift.from_date, by=by, at=at, why=UNDONE)

    def _take_deadline(
        self,
        deadline: dt.date,
        *,
        by: User | None,
        at: dt.datetime,
        why: str,
        **more: Any,
    ) -> None:
        moves = [shift.as_move for shift in DeadlineShift.objects.filter(action=self, undone_at=None)]
        count, last = rules.count_moves_later(moves)
        self.change(
            by=by,
            at=at,
            why=why,
            deadline=deadline,
            deadline_moves=count,
            last_moved_at=last,
            **more,
        )

    @in_one_transaction
    def move_to(
        self,
        status: str,
        *,
        by: User | None,
        at: dt.datetime,
        before: int | None = None,
        after: int | None = None,
        version: int | None = None,
        why: str = "",
    ) -> bool:
        """Put the card in a column, directly before or after another card (ids); True when anything changed.

        A neighbour that is no longer in that column, or none, means the top. Done is ordered by completion, so there
        neighbours are ignored; nor is a card its own neighbour. A move that is already true changes nothing. Raises
        StaleMove when `version` is given and the card has been moved since, ValidationError when it opens again what
        has no responsible in the plan. All moves of a plan wait for one lock, so the order stays total. At most
        ten queries, whatever the size of the column.
        """
        lock_plan(self.plan_id)
        see_place(self)
        stays = status == self.status
        if status == rules.DONE or self.pk in (before, after):
            before = after = None
        if stays and before is None and after is None:
            return False
        above, below = gap(self, status, before, after)
        if stays and (above is None or above < self._place) and (below is None or self._place < below):
            return False
        if version is not None and version != self.version:
            raise StaleMove(self)
        rank = rules.rank_between(above and above[0], below and below[0])
        if rank is None:
            rank = rebalance(below, status=status, moving=self)
        self._take_place(status, rank, by=by, at=at, why=why)
        return True

    @property
    def _place(self) -> tuple[int, int]:
        return self.rank, self.pk

    def _take_place(self, status: str, rank: int, *, by: User | None, at: dt.datetime, **more: Any) -> None:
        if status != self.status:
            if status == rules.DONE:
                more.setdefault("completed_on", organisation_day(at))
            elif self.is_done:
                more = {"completed_on": None, "confirmed_at": None, "light": "", **more}
                self._see_who_is_there(by=by, at=at)
        self.change(by=by, at=at, status=status, rank=rank, version=self.version + 1, **more)

    def _see_who_is_there(self, *, by: User | None, at: dt.datetime) -> None:
        """Before it is opened again: its responsible takes part in the plan, and who is involved but left is not any
        more. Up to four queries."""
        people = set(Membership.objects.filter(plan_id=self.plan_id).taking_part().values_list("user_id", flat=True))
        if self.responsible_id not in people:
            refuse_who_left([self.responsible])
        self.edit(by=by, at=at, involved=[user for user in self.involved.all() if user.pk in people])

    @transaction.atomic
    def undo_move(self, *, by: User, at: dt.datetime, version: int | None = None) -> bool:
        """Take back one's own last move of this card; True when anything changed.

        `version` is the card's version after the move to take back; asking twice for the same one changes nothing.
        Raises StaleMove when someone moved the card since, or nobody ever did; ValidationError as `move_to` does, and
        for the move of an update or of a session's agenda.
        """
        lock_plan(self.plan_id)
        see_place(self)
        moved, earlier = self._last_move(self.version)
        if moved is None or earlier is None or moved.history_user_id != by.pk:
            raise StaleMove(self)
        if version is not None and version != self.version:
            undone, before_that = self._last_move(version) if version == self.version - 1 else (None, None)
            if undone is None or before_that is None or undone.history_user_id != by.pk:
                raise StaleMove(self)
            if (before_that.status, before_that.rank) != (self.status, self.rank):
                raise StaleMove(self)
            return False
        if self._is_told(moved.history_date):
            raise ValidationError(_("this cannot be taken back here"), code="told")
        more: dict[str, Any] = {
            "completed_on": earlier.completed_on,
            "confirmed_at": earlier.confirmed_at,
            "why": UNDONE,
        }
        if self.light == moved.light:
            more["light"] = earlier.light
        rank = own_rank(earlier.rank, status=earlier.status, moving=self)
        self._take_place(earlier.status, rank, by=by, at=at, **more)
        return True

    def _is_told(self, at: dt.datetime) -> bool:
        """Whether an update or a line of an agenda says what became of it then. Two queries."""
        lines = self.agenda_lines.filter(outcome_at=at, outcome__in=["confirmed", "not_right"])
        return self.updates.filter(at=at).exists() or lines.exists()

    def _last_move(self, version: int) -> tuple[Any, Any]:
        """(the history row of the move that made this version, the last row before it). Two queries."""
        made = self.history.filter(version=version).order_by("history_id").first()
        earlier = self.history.filter(version=version - 1).order_by("-history_id").first()
        return made, earlier

    def note_update(
        self, *, light: str, expected_end: dt.date | None, last_update_at: dt.datetime, by: User | None, at: dt.datetime
    ) -> None:
        """Take over the judgement of the latest update."""
        self.change(by=by, at=at, light=light, expected_end=expected_end, last_update_at=last_update_at)

    def light_emptied_since(self, at: dt.datetime) -> bool:
        """Whether it was reopened or handed over after a moment: what was judged before no longer holds. One
        query."""
        rows = self.history.order_by("history_date", "history_id")
        return rules.was_emptied(rows.only("history_date", "status", "light", "responsible_id"), since=at)

    def confirm_done(self, *, by: User | None, at: dt.datetime) -> None:
        """Rightly finished, said in a session."""
        if self.is_done and self.confirmed_at is None:
            self.change(by=by, at=at, confirmed_at=at)


class DeadlineShift(Recorded):
    """One move of an action's deadline in an active plan, with its reason."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="shifts", verbose_name=_("action"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"))
    reason = models.TextField(_("reason"), max_length=1000)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    history = history()

    class Meta:
        verbose_name = _("deadline shift")
        verbose_name_plural = _("deadline shifts")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_date=F("to_date")),
                name="actions_shift_moves_deadline",
                violation_error_message=_("The deadline stays where it was."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_date} → {self.to_date}"

    @property
    def days(self) -> int:
        return (self.to_date - self.from_date).days

    @property
    def as_move(self) -> rules.Move:
        """As the rule that counts moves sees it."""
        return rules.Move(on=organisation_day(self.at), at=self.at, from_date=self.from_date, to_date=self.to_date)
