"""Prepares and holds the steering session of the demo that lies behind: reviews by the owners, then decisions."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, cast

from ogsm.pieces import sign
from updates import services, steering_services
from updates.review_models import ChoiceReview
from updates.session_models import AgendaLine, Session

from .meeting import note_attendance
from .tables import NewSource, NewWords, Pact, Steering

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.models import Choice, Indicator

    from .story import Story

Outcome = AgendaLine.Outcome
BEFORE = dt.timedelta(days=2)


def expect_steering(story: Story, session: Session, table: Steering) -> None:
    """Preparation, a review of each choice by its owner, the session, and what is judged anew since."""
    story.expect(session.starts_at - dt.timedelta(days=7), partial(_open, session))
    for place, (short_name, review) in enumerate(table.reviews.items()):
        at = session.starts_at - BEFORE + dt.timedelta(hours=place, minutes=13 * place)
        story.expect(at, partial(_review, story.choices[short_name], review))
    story.expect(session.starts_at, partial(hold_steering, story, session, table))
    for day, short_name, review in table.later:
        story.at_day(day, partial(_review, story.choices[short_name], review))


def _open(session: Session, at: dt.datetime) -> None:
    session.open(by=None, at=at)


def _review(choice: Choice, review: tuple[str, str, str], at: dt.datetime) -> None:
    light, learned, changes = review
    by = cast("User", choice.owner)  # every choice of the demo has one
    ChoiceReview.give(choice, by=by, at=at, light=light, learned=learned, changes=changes)


def hold_steering(story: Story, session: Session, table: Steering, at: dt.datetime) -> None:
    """Each line has the floor once; what is decided on it is written to the plan as it would be."""
    leader = story.people["ruben"]
    session.start(by=leader, at=at)
    note_attendance(story, session, table, at)
    turns = [line for line in session.lines.select_related("choice", "indicator") if line.is_discussed_line]
    share = dt.timedelta(minutes=table.minutes_used - 4) / max(len(turns), 1)
    now = at + dt.timedelta(minutes=2)
    for line in turns:
        session.turn_to(line, at=now)
        now += share
        _discuss(story, line, table, now)
    session.turn_to(None, at=now)
    session.close(by=leader, at=at + dt.timedelta(minutes=table.minutes_used))


def _discuss(story: Story, line: AgendaLine, table: Steering, at: dt.datetime) -> None:
    leader = story.people["ruben"]
    sign(line, by=leader, at=at)
    about = str(line.choice or line.indicator or "")
    for row in table.decided:
        if row.about == about:
            _decide(row, story, line, at)
            at += dt.timedelta(seconds=20)
    if not line.outcome:
        line.refresh_from_db()
        line.mark(Outcome.DISCUSSED, by=leader, at=at)
    if about in table.notes:
        line.write_note(table.notes[about])


def _decide(row: NewWords | NewSource | Pact, story: Story, line: AgendaLine, at: dt.datetime) -> None:
    leader = story.people["ruben"]
    match row:
        case NewWords():
            goal = cast("Choice", line.choice).goal
            steering_services.choice_change(line, goal=goal, how=row.how, reason=row.reason, by=leader, at=at)
        case NewSource():
            indicator = cast("Indicator", line.indicator)
            steering_services.indicator_change(
                line, name=indicator.name, source=row.source, entered_by=indicator.entered_by,
                reason=row.reason, by=leader, at=at,
            )  # fmt: skip
        case Pact():
            who, due = story.people[row.who], story.days.working_day(row.due)
            promise = services.agreement_make(line, text=row.text, who=who, due_on=due, by=leader, at=at)
            if row.kept is not None:
                story.at_day(row.kept, lambda kept_at: promise.finish(by=who, at=kept_at))
