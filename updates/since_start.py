"""What changed about a line since the agenda was fixed, apart from what the session itself decided on it.

The line keeps its facts; these words stand beside it, so that nothing changes silently and nothing is missed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from actions.rules import DONE
from ogsm import marks, words

from .agenda import Kind
from .models import AgendaLine, Decision, HelpRequest, Session

if TYPE_CHECKING:
    from collections.abc import Iterable

Made = Decision.Kind


def since_start(line: AgendaLine, session: Session, decided: Iterable[Decision]) -> list[str]:
    """In words of the active language: 'now done', 'deadline now 31 Jul'. `decided`: the line's standing decisions. No
    query where action, help and agreement were selected along."""
    if session.started_at is None or session.is_closed:
        return []
    if line.kind == Kind.ACTION:
        return list(_action(line, session.started_at, {decision.kind for decision in decided}))
    if line.kind == Kind.HELP:
        return list(_help(line, session.started_at))
    if line.kind == Kind.AGREEMENT:
        return list(_agreement(line, session.started_at))
    return []


def _action(line: AgendaLine, started_at: dt.datetime, decided: set[str]) -> Iterator[str]:
    action, facts = line.action, line.facts
    if action is None:
        return
    if action.is_archived:
        if Made.STOP not in decided:
            yield gettext("now in the archive")
        return
    if action.status != facts["status"] and line.outcome != line.Outcome.NOT_RIGHT:
        now = {"done": gettext("now done"), "doing": gettext("now in progress"), "todo": gettext("now to do")}
        yield now[action.status]
    if action.result != line.title and Made.SMALLER_RESULT not in decided:
        yield gettext("now called “%(result)s”") % {"result": action.result}
    if action.responsible_id != line.person_id and Made.OTHER_RESPONSIBLE not in decided:
        yield gettext("now %(name)s's") % {"name": action.responsible.name}
    if action.deadline.isoformat() != facts["deadline"] and Made.NEW_DEADLINE not in decided:
        yield gettext("deadline now %(day)s") % {"day": words.day_short(action.deadline)}
    if action.status == DONE:
        return
    yield from _update(action, facts, started_at)


def _update(action: Any, facts: dict[str, Any], started_at: dt.datetime) -> Iterator[str]:
    given = action.last_update_at if action.last_update_at and action.last_update_at > started_at else None
    if given:
        yield gettext("new update at %(time)s") % {"time": words.clock(given)}
    if given and action.light and action.light != facts["light"]:
        yield gettext("now %(light)s") % {"light": marks.light_word(action.light).lower()}


def _help(line: AgendaLine, started_at: dt.datetime) -> Iterator[str]:
    asked = line.help_request
    if asked is None or asked.answered_at is None or asked.answered_at <= started_at:
        return
    if asked.state == HelpRequest.State.CLOSED:
        yield gettext("no longer needed")
    elif asked.state == HelpRequest.State.YES and not line.outcome:
        yield gettext("answered meanwhile: %(answer)s") % {"answer": asked.get_state_display()}


def _agreement(line: AgendaLine, started_at: dt.datetime) -> Iterator[str]:
    agreement = line.agreement
    done = agreement.done_at if agreement else None
    if done and done > started_at and line.outcome != line.Outcome.CONFIRMED:
        yield gettext("now done")
