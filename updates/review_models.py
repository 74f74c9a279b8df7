"""What is judged above the actions: a strategic choice by its owner, a goal before and in a plan session."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actions.models import Action
from ogsm.pieces import Recorded, history
from plans.locks import lock_plan
from plans.models import AMOUNT, Choice, Goal

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.models import Plan

    from .session_models import Session

USER = settings.AUTH_USER_MODEL
ANSWER = 2000


class ChoiceReviewQuerySet(models.QuerySet["ChoiceReview"]):
    def latest_of(self, plan: Plan) -> dict[int, ChoiceReview]:
        """Choice id → its latest review. One query."""
        newest = self.filter(choice=models.OuterRef("pk")).order_by("-at", "-pk").values("pk")[:1]
        rows = self.filter(pk__in=plan.choices.live().values_list(models.Subquery(newest)))
        return {review.choice_id: review for review in rows.select_related("author", "on_behalf_of")}


class ChoiceReview(Recorded):
    """A choice judged by its owner: light, what did we learn, what changes. Append-only: a later one takes over."""

    choice = models.ForeignKey(Choice, models.CASCADE, related_name="reviews", verbose_name=_("strategic choice"))
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("author"))
    on_behalf_of = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("on behalf of")
    )
    light = models.CharField(_("light"), max_length=10, choices=Action.Light)
    learned = models.TextField(_("What did we learn?"), blank=True, max_length=ANSWER)
    changes = models.TextField(_("What changes?"), blank=True, max_length=ANSWER)
    at = models.DateTimeField(_("at"))
    history = history()

    objects = ChoiceReviewQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("choice", "review")
        verbose_name_plural = pgettext_lazy("choice", "reviews")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["choice", "-at"], name="updates_review_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(light__in=["green", "amber", "red"]),
                name="updates_review_judges",
                violation_error_message=_("Choose green, amber or red."),
            )
        ]

    def __str__(self) -> str:
        return str(self.get_light_display())

    @classmethod
    @transaction.atomic
    def give(
        cls, choice: Choice, *, by: User, at: dt.datetime, light: str, learned: str = "", changes: str = ""
    ) -> ChoiceReview:
        """Judge the choice; somebody else than its owner does so on the owner's behalf. The same judgement in the same
        words as the latest one of today is that one, however often it is sent. ValidationError in a draft and for an
        archived choice."""
        lock_plan(choice.plan_id)
        choice.refresh_from_db()
        if choice.plan.is_draft:
            raise ValidationError(_("A strategic choice is reviewed once the plan is active."), code="draft")
        if choice.is_archived:
            raise ValidationError(_("This strategic choice is archived."), code="archived")
        said: dict[str, Any] = {"light": light, "learned": learned.strip(), "changes": changes.strip()}
        latest = choice.reviews.first()
        same = latest and latest.author_id == by.pk and all(getattr(latest, name) == said[name] for name in said)
        if latest and same and at - latest.at < dt.timedelta(minutes=5):
            return latest
        owner = choice.owner if choice.owner_id and choice.owner_id != by.pk else None
        review = cls(choice=choice, author=by, on_behalf_of=owner, at=at, **said)
        review.record(by=by, at=at)
        return review


class GoalReview(Recorded):
    """How a goal turned out, as prepared for one plan session: what the session then judges by."""

    session = models.ForeignKey(
        "updates.Session", models.CASCADE, related_name="goal_reviews", verbose_name=_("session")
    )
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="reviews", verbose_name=_("goal"))
    judgement = models.CharField(_("judgement"), max_length=12, choices=Goal.Judgement)
    actual = models.DecimalField(_("actual value"), null=True, blank=True, **AMOUNT)
    text = models.TextField(_("Why?"), blank=True, max_length=ANSWER)
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("author"))
    at = models.DateTimeField(_("at"))
    history = history()

    class Meta:
        verbose_name = pgettext_lazy("goal", "review")
        verbose_name_plural = pgettext_lazy("goal", "reviews")
        ordering = ["goal__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "goal"],
                name="updates_goal_review_once_per_session",
                violation_error_message=_("This goal has a review for this session already."),
            ),
            models.CheckConstraint(
                condition=Q(judgement__in=["reached", "partly", "not_reached"]),
                name="updates_goal_review_judges",
                violation_error_message=_("Choose reached, partly or not reached."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_judgement_display())

    @classmethod
    @transaction.atomic
    def give(
        cls, session: Session, goal: Goal, *, judgement: str, actual: Decimal | None, text: str = "",
        by: User, at: dt.datetime,
    ) -> GoalReview:  # fmt: skip
        """Say how the goal turned out; again corrects it. Changes nothing on the goal: that is for the session.
        ValidationError when the session is no plan session or no longer coming."""
        session._lock(*session.COMING)
        if session.kind != session.Kind.PLAN:
            raise ValidationError(_("Goals are judged in a plan session only."), code="kind")
        said: dict[str, Any] = {"judgement": judgement, "actual": actual, "text": text.strip()}
        stored = session.goal_reviews.filter(goal=goal).first()
        if stored:
            if any(getattr(stored, name) != said[name] for name in said):
                for name, value in {**said, "author": by, "at": at}.items():
                    setattr(stored, name, value)
                stored.record(by=by, at=at)
            return stored
        review = cls(session=session, goal=goal, author=by, at=at, **said)
        review.record(by=by, at=at)
        return review
