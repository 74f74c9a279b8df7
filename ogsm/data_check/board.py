"""The board: every card in one column, at one place."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from actions.models import Action

from .core import Finding, Scope, place, rule


@rule
def action_rank(scope: Scope) -> Iterator[Finding]:
    """Open cards of one column stand one below the other: no two have one rank. That a card is in one column of the
    three at all is `actions_action_known_status`. Source: product page, the board; `actions.places`."""
    cards = scope.of(Action).live().not_done().order_by()
    ties = cards.values("plan", "status", "rank").annotate(times=Count("pk")).filter(times__gt=1)
    for tie in ties.order_by("plan", "status", "rank"):
        where = f"column {tie['status']} of plan {tie['plan']}"
        what = f"{tie['times']} cards have the rank {tie['rank']}, so that they stand in the order of their making."
        yield Finding("action_rank", where, what, "drag one of them to where it belongs.")


@rule
def action_version(scope: Scope) -> Iterator[Finding]:
    """The version of a card counts its moves from 1. Source: `Action.move_to`, which refuses what was seen before."""
    for pk, plan, version in scope.of(Action).filter(version__lt=1).values_list("pk", "plan", "version"):
        yield Finding("action_version", place(Action, pk, plan), f"Its version is {version}.", "move the card once.")


@rule
def action_original_deadline(scope: Scope) -> Iterator[Finding]:
    """From its activation on, every action of a plan knows the deadline first agreed. Source: `Plan.activate`."""
    lost = scope.of(Action).filter(original_deadline=None).exclude(plan__state="draft")
    for pk, plan in lost.values_list("pk", "plan"):
        what = "The plan is active and it has no original deadline."
        yield Finding("action_original_deadline", place(Action, pk, plan), what, "set it to the first of its history.")
