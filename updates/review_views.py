"""Reviews, given before a session: a choice by its owner, a goal by who leads the plan."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ogsm.pages import plan_page_context, posted, saved
from ogsm.request import Request
from plans.access import plan_for

from .review_models import ChoiceReview, GoalReview
from .session_pages import refused, refused_in_form, session_for
from .steering_agenda import current_since, readings_of
from .steering_forms import ChoiceReviewForm, GoalReviewForm

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
def choice_review(request: Request, plan_id: int, choice_id: int) -> HttpResponse:
    """A choice with all its reviews; its owner and who leads the plan give a new one here."""
    access = plan_for(request, plan_id)
    choices = {choice.pk: choice for choice in access.plan.choices.numbered()}
    choice = choices.get(choice_id) or get_object_or_404(access.plan.choices.all(), pk=choice_id)
    may_review = access.may_review_choice(choice) and not choice.is_archived
    if request.method == "POST":
        access.require(may_review)
    reviews = list(ChoiceReview.objects.filter(choice=choice).select_related("author", "on_behalf_of"))
    latest = reviews[0] if reviews else None
    initial = {"learned": latest.learned, "changes": latest.changes} if latest else None
    form = ChoiceReviewForm(posted(request), initial=initial) if may_review else None
    status = 200
    if form and form.is_bound:
        status = 422
        if form.is_valid():
            try:
                ChoiceReview.give(choice, by=request.user, at=request.at, **form.cleaned_data)
                return saved(request, _back(request, plan_id, choice_id), _("Your review is given"))
            except ValidationError as error:
                status = refused_in_form(form, error)
    indicators = [pair for pair in readings_of(access.plan, request.on) if pair[0].choice_id == choice.pk]
    since = current_since(access.plan, request.on)
    context = plan_page_context(
        access, request, "plan", choice=choice, form=form, reviews=reviews, indicators=indicators,
        is_current=bool(latest and latest.at >= since), back=request.GET.get("back", ""),
        on_behalf=choice.owner if form and choice.owner_id not in (None, request.user.pk) else None,
    )  # fmt: skip
    return render(request, "updates/choice_review.html", context, status=status)


def _back(request: Request, plan_id: int, choice_id: int) -> str:
    """To where one came from: My work, the session, or this page."""
    came_from = request.GET.get("back", "")
    if came_from == "work":
        return reverse("updates:my_work")
    if came_from.isdecimal() and len(came_from) < 10:
        return reverse("updates:session_page", args=[plan_id, int(came_from)])
    return reverse("updates:choice_review", args=[plan_id, choice_id])


@require_http_methods(GET_OR_POST)
def goal_review(request: Request, plan_id: int, session_id: int, goal_id: int) -> HttpResponse:
    """How a goal turned out, prepared for a plan session; the session itself judges."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    goal = get_object_or_404(access.plan.goals.live(), pk=goal_id)
    if session.kind != session.Kind.PLAN or not session.is_coming:
        return refused(request, access, session, ValidationError(_("Goals are judged before and in a plan session.")))
    stored = session.goal_reviews.filter(goal=goal).first()
    initial = {"judgement": stored.judgement, "actual": stored.actual, "text": stored.text} if stored else None
    form = GoalReviewForm(posted(request), initial=initial)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                GoalReview.give(session, goal, by=request.user, at=request.at, **form.cleaned_data)
                return saved(request, session, _("It is ready for the session"))
            except ValidationError as error:
                status = refused_in_form(form, error)
    context = plan_page_context(access, request, "sessions", session=session, goal=goal, form=form)
    return render(request, "updates/goal_review.html", context, status=status)
