"""The plan and its pieces: ambition, goals, strategic choices, indicators with values, and its people."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ogsm import dates
from ogsm.pieces import Archivable, ArchivedWithChoice, Recorded, history, next_position

from . import rules
from .holders import Heirs, hand_over, who_left
from .invitation_models import Invitation  # noqa: F401  (Django finds models here)
from .querysets import (
    ChoiceQuerySet,
    IndicatorQuerySet,
    LiveQuerySet,
    MembershipQuerySet,
    PlanQuerySet,
)
from .stand_in_models import StandIn  # noqa: F401

if TYPE_CHECKING:
    from ogsm.accounts.models import User

USER = settings.AUTH_USER_MODEL
# 15 digits in all: what a database without decimals of its own (SQLite) gives back as it was written
AMOUNT: Any = {"max_digits": 15, "decimal_places": 4}
COLOURS = 8


class Unit(models.TextChoices):
    NUMBER = "number", _("number")
    PERCENT = "percent", _("%")
    EUR = "eur", _("EUR")
    SCORE = "score", _("score")
    COUNT = "count", _("count")


class Plan(Archivable):
    """One OGSM: an ambition for a period, with its goals, strategic choices, people and sessions."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("active")
        CLOSED = "closed", _("closed")

    name = models.CharField(_("name"), max_length=120)
    organisation = models.CharField(
        _("organisation or unit"),
        max_length=120,
        blank=True,
        help_text=_("Printed above the plan."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    ambition = models.TextField(_("ambition"), blank=True, max_length=1000)
    origin_choice = models.ForeignKey(
        "Choice",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="plans_from_here",
        verbose_name=_("origin: choice of another plan"),
    )
    current_since = models.DateTimeField(_("updates current since"), null=True, blank=True, editable=False)
    activated_at = models.DateTimeField(_("activated at"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    history = history()

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-starts_on", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="plans_plan_end_after_start",
                violation_error_message=_("The plan ends before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "active", "closed"]),
                name="plans_plan_known_state",
                violation_error_message=_("A plan is draft, active or closed."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("plans:plan_page", args=[self.pk])

    def clean(self) -> None:
        """A plan cannot spring from a choice of its own or of a plan that springs from it."""
        seen, choice = {self.pk}, self.origin_choice
        while choice is not None:
            if choice.plan_id in seen and choice.plan_id is not None:
                raise ValidationError({"origin_choice": _("A plan cannot spring from itself. Choose another origin.")})
            seen.add(choice.plan_id)
            choice = choice.plan.origin_choice

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def is_open(self) -> bool:
        """Whether anything in it may still be changed."""
        return self.state != self.State.CLOSED and self.archived_at is None

    def current_since_on(self, on: dt.date) -> dt.datetime:
        """The moment from which updates are current on a day, in the organisation's zone."""
        return rules.current_since(self.current_since, dates.start_of_day(on, settings.TIME_ZONE))

    @transaction.atomic
    def activate(self, *, by: User | None, at: dt.datetime) -> None:
        """Draft becomes active; each action's deadline is frozen as its original one."""
        if not self.is_draft:
            raise ValidationError(_("Only a draft can be activated."), code="state")
        self.change(by=by, at=at, state=self.State.ACTIVE, activated_at=at)
        for action in self.actions.filter(original_deadline=None):
            action.change(by=by, at=at, original_deadline=action.deadline)

    def _refuse_while_running(self) -> None:
        """Under the lock that starting a session takes."""
        list(Plan.objects.select_for_update().filter(pk=self.pk).values_list("pk"))
        if self.sessions.filter(state="running").exists():
            raise ValidationError(_("A session is running. Close it first."), code="session")

    @transaction.atomic
    def archive(self, *, by: User | None, at: dt.datetime, why: str = "") -> None:
        """Off My work, counts and mails. A running session must end first. Archiving twice changes nothing."""
        if self.archived_at is None:
            self._refuse_while_running()
        super().archive(by=by, at=at, why=why)

    @transaction.atomic
    def close(self, *, by: User | None, at: dt.datetime) -> None:
        """Active becomes closed: read-only, and coming sessions are cancelled. A running session must end first."""
        if not self.is_active:
            raise ValidationError(_("Only an active plan can be closed."), code="state")
        self._refuse_while_running()
        for session in self.sessions.filter(state__in=["planned", "open"]):
            session.cancel(by=by, at=at)
        self.refresh_from_db()
        self.change(by=by, at=at, state=self.State.CLOSED, closed_at=at)


class Membership(Recorded):
    """A person's role in a plan."""

    class Role(models.TextChoices):
        OWNER = "owner", _("plan owner")
        PROCESS_OWNER = "process_owner", _("process owner")
        MEMBER = "member", _("member")
        VIEWER = "viewer", _("viewer")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="memberships", verbose_name=_("plan"))
    user = models.ForeignKey(USER, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MEMBER)
    board_view = models.JSONField(_("view of the board"), default=dict, blank=True, editable=False)
    list_columns = models.JSONField(_("columns of lists taken over"), default=dict, blank=True, editable=False)
    history = history(excluded_fields=["board_view", "list_columns"])

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "user"],
                name="plans_membership_once_per_plan",
                violation_error_message=_("This person is already a member of the plan."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["owner", "process_owner", "member", "viewer"]),
                name="plans_membership_known_role",
                violation_error_message=_("Choose one of the four roles."),
            ),
        ]

    def __str__(self) -> str:
        """Without the name: lists of what belongs to a plan would ask for each person."""
        return str(self.get_role_display())


class Goal(Archivable):
    """A measurable goal: it only judges, at the end, whether the ambition was reached."""

    class Judgement(models.TextChoices):
        REACHED = "reached", _("reached")
        PARTLY = "partly", _("partly reached")
        NOT_REACHED = "not_reached", _("not reached")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="goals", verbose_name=_("plan"))
    name = models.CharField(_("name"), max_length=120)
    unit = models.CharField(_("unit"), max_length=10, choices=Unit, default=Unit.NUMBER)
    baseline = models.DecimalField(_("at the start"), null=True, blank=True, **AMOUNT)
    target = models.DecimalField(_("target"), null=True, blank=True, **AMOUNT)
    due_on = models.DateField(_("on"))
    judgement = models.CharField(_("judgement"), max_length=12, choices=Judgement, blank=True, editable=False)
    actual = models.DecimalField(_("actual value"), null=True, blank=True, editable=False, **AMOUNT)
    position = models.PositiveIntegerField(default=0, editable=False)
    history = history()

    objects = LiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Choice(Archivable):
    """A strategic choice: GOAL *by* HOW, with one owner (aanjager) and what we no longer do."""

    class Kind(models.TextChoices):
        BUSINESS = "business", _("business")
        ENABLING = "enabling", _("enabling")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="choices", verbose_name=_("plan"))
    short_name = models.CharField(_("short name"), max_length=24, help_text=_("One word, shown on cards."))
    goal = models.CharField(pgettext_lazy("choice", "goal"), max_length=200, help_text=_("What we want to reach."))
    how = models.CharField(_("by (how)"), max_length=200, blank=True, help_text=_("How we will reach it."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.BUSINESS)
    owner = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_choices",
        verbose_name=_("choice owner"),
    )
    stops = models.CharField(
        _("no longer"),
        max_length=200,
        blank=True,
        help_text=_("What we stop doing for it."),
    )
    colour = models.PositiveSmallIntegerField(_("colour"), default=1)
    position = models.PositiveIntegerField(default=0, editable=False)
    history = history()

    objects = ChoiceQuerySet.as_manager()
    held_by = "owner"
    number: int

    class Meta:
        verbose_name = _("strategic choice")
        verbose_name_plural = _("strategic choices")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(colour__gte=1) & Q(colour__lte=COLOURS),
                name="plans_choice_known_colour",
                violation_error_message=_("Choose one of the eight colours."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["business", "enabling"]),
                name="plans_choice_known_kind",
                violation_error_message=_("A choice is business or enabling."),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def clean(self) -> None:
        """Its owner takes part in the plan. Up to two queries."""
        if self.plan_id and who_left(self.plan, [self]):
            raise ValidationError({"owner": _("The owner is a member of this plan.")})

    @classmethod
    def create(cls, plan: Plan, *, by: User | None, at: dt.datetime, why: str = "", **values: Any) -> Choice:
        """A new choice at the end of the page, in the first colour not in use. Three queries."""
        used = set(plan.choices.live().values_list("colour", flat=True))
        free = [colour for colour in range(1, COLOURS + 1) if colour not in used]
        position = next_position(plan.choices.all())
        values.setdefault("colour", free[0] if free else position % COLOURS + 1)
        choice = cls(plan=plan, position=position, **values)
        choice.record(by=by, at=at, why=why)
        return choice

    @transaction.atomic
    def archive(self, *, by: User | None, at: dt.datetime, why: str = "") -> None:
        """Takes its live indicators and actions along. Queries grow with those."""
        if self.archived_at is not None:
            return
        for piece in [*self.indicators.live(), *self.actions.live()]:
            piece.archive_with_choice(by=by, at=at)
        super().archive(by=by, at=at, why=why)

    def comes_back_with(self) -> list[Archivable]:
        """Itself, and the indicators and actions that went along. Two queries."""
        along: list[Archivable] = []
        for pieces in (self.indicators, self.actions):
            along += pieces.filter(archived_with_choice=True).select_related(pieces.model.held_by)
        return [self, *along]

    @transaction.atomic
    def restore(self, *, by: User | None, at: dt.datetime, why: str = "", heirs: Heirs | None = None) -> None:
        """Brings back exactly the indicators and actions that went along. ValidationError when somebody who has to do
        any of it left the plan, unless `heirs` says who takes over. Queries grow with what comes back."""
        _itself, *along = pieces = self.comes_back_with()
        hand_over(self.plan, pieces, heirs, by=by, at=at)
        super().restore(by=by, at=at, why=why)
        for piece in along:
            piece.restore_with_choice(by=by, at=at, why=why)  # type: ignore[attr-defined]


class Indicator(ArchivedWithChoice):
    """What the plan is steered by: a figure per period against a target path."""

    class Direction(models.TextChoices):
        HIGHER = "higher", _("higher is better")
        LOWER = "lower", _("lower is better")
        AT_LEAST = "at_least", _("at least")
        AT_MOST = "at_most", _("at most")

    class Kind(models.TextChoices):
        LEVEL = "level", _("level at the end of the period")
        RUNNING_TOTAL = "running_total", _("running total, restarts each year")

    class Frequency(models.TextChoices):
        MONTH = dates.MONTH, _("month")
        QUARTER = dates.QUARTER, _("quarter")
        YEAR = dates.YEAR, _("year")

    choice = models.ForeignKey(Choice, models.CASCADE, related_name="indicators", verbose_name=_("strategic choice"))
    name = models.CharField(_("name"), max_length=120)
    unit = models.CharField(_("unit"), max_length=10, choices=Unit, default=Unit.NUMBER)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction, default=Direction.HIGHER)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind, default=Kind.LEVEL)
    source = models.CharField(
        _("source"),
        max_length=300,
        blank=True,
        help_text=_("Where the figure comes from, and what it counts."),
    )
    baseline = models.DecimalField(_("baseline"), null=True, blank=True, **AMOUNT)
    baseline_on = models.DateField(_("baseline on"), null=True, blank=True)
    target = models.DecimalField(_("target"), null=True, blank=True, **AMOUNT)
    target_on = models.DateField(_("target on"), null=True, blank=True)
    frequency = models.CharField(_("measured every"), max_length=10, choices=Frequency, default=Frequency.MONTH)
    entered_by = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    green_limit = models.DecimalField(_("green up to"), null=True, blank=True, **AMOUNT)
    amber_limit = models.DecimalField(_("amber up to"), null=True, blank=True, **AMOUNT)
    position = models.PositiveIntegerField(default=0, editable=False)
    history = history()

    objects = IndicatorQuerySet.as_manager()
    held_by = "entered_by"

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target_on=None) | Q(baseline_on=None) | Q(target_on__gte=F("baseline_on")),
                name="plans_indicator_target_after_baseline",
                violation_error_message=_("The target's date lies before the baseline's."),
            ),
            models.CheckConstraint(
                condition=Q(green_limit=None) | Q(green_limit__gte=0),
                name="plans_indicator_green_limit_not_negative",
                violation_error_message=_("A limit says how far the value may fall short: enter zero or more."),
            ),
            models.CheckConstraint(
                condition=Q(amber_limit=None) | Q(amber_limit__gte=0),
                name="plans_indicator_amber_limit_not_negative",
                violation_error_message=_("A limit says how far the value may fall short: enter zero or more."),
            ),
            models.CheckConstraint(
                condition=Q(green_limit=None) | Q(amber_limit=None) | Q(amber_limit__gte=F("green_limit")),
                name="plans_indicator_amber_after_green",
                violation_error_message=_("The amber limit cannot be lower than the green one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Who enters it takes part in the plan. Up to two queries."""
        if self.choice_id and who_left(self.choice.plan, [self]):
            raise ValidationError({"entered_by": _("Who enters it is a member of this plan.")})

    def check_frequency(self, frequency: str) -> None:
        """ValidationError for another one once there are values: each stands for its period. One query."""
        if self.pk and frequency != self.frequency and self.values.exists():
            raise ValidationError(_("It has values already. Archive it and make a new indicator instead."))

    @transaction.atomic
    def restore(self, *, by: User | None, at: dt.datetime, why: str = "", heirs: Heirs | None = None) -> None:
        """Back where it was. ValidationError when who enters it left the plan, unless `heirs` says who takes over."""
        hand_over(self.choice.plan, [self], heirs, by=by, at=at)
        self.restore_with_choice(by=by, at=at, why=why)

    @property
    def facts(self) -> rules.IndicatorFacts:
        return rules.IndicatorFacts(
            direction=self.direction,
            kind=self.kind,
            frequency=self.frequency,
            baseline=self.baseline,
            baseline_on=self.baseline_on,
            target=self.target,
            target_on=self.target_on,
            green_limit=self.green_limit,
            amber_limit=self.amber_limit,
        )

    def reading(self, on: dt.date) -> rules.Reading:
        """Light, value and period on a day. Uses fetched values (`with_values()`), else one query."""
        values = {value.period: value.value for value in self.values.all()}
        return rules.read_light(self.facts, values, on)

    @transaction.atomic
    def enter(
        self,
        period: dt.date,
        value: Decimal,
        *,
        by: User | None,
        at: dt.datetime,
        note: str = "",
        why: str = "",
    ) -> IndicatorValue:
        """Write the value of the period that `period` lies in; a second value corrects the first (kept in history)."""
        first = dates.period_start(period, self.frequency)
        stored = self.values.select_for_update().filter(period=first).first()
        entry = stored or IndicatorValue(indicator=self, period=first)
        entry.enter(value, by=by, at=at, note=note, why=why)
        return entry


class IndicatorValue(Recorded):
    """The value of one period. Missing is never zero: there is simply no row."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="values", verbose_name=_("indicator"))
    period = models.DateField(_("period"), help_text=_("First day of the period."))
    value = models.DecimalField(_("value"), **AMOUNT)
    note = models.CharField(_("note"), max_length=300, blank=True)
    author = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField(_("entered at"))
    history = history()

    class Meta:
        verbose_name = _("value")
        verbose_name_plural = _("values")
        ordering = ["period"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period"],
                name="plans_value_once_per_period",
                violation_error_message=_("This period already has a value."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.value}"

    def enter(self, value: Decimal, *, by: User | None, at: dt.datetime, note: str = "", why: str = "") -> None:
        """Write this value, or correct the one that is stored; the same once more writes nothing."""
        if self._state.adding:
            self.value, self.note, self.author, self.entered_at = value, note, by, at
            self.record(by=by, at=at, why=why)
        elif (self.value, self.note) != (value, note):
            self.change(by=by, at=at, why=why, value=value, note=note, author=by)
