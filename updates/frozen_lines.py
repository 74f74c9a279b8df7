"""The lines of a frozen agenda, with what the session's page shows of them: few of many are about something that may
have changed, so what these are about is fetched apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch

from actions.models import Action

if TYPE_CHECKING:
    from .models import AgendaLine, Session


def frozen_lines(session: Session) -> list[AgendaLine]:
    """In order; those with a turn have their action, question and agreement along, and all have `decided`, their
    standing decisions. Five queries."""
    from .models import Decision, HelpRequest

    made = Prefetch("decisions", Decision.objects.standing().select_related("who"), to_attr="decided")
    lines: list[AgendaLine] = list(session.lines.select_related("person").prefetch_related(made))
    talked = [line for line in lines if line.is_discussed_line]
    _put(talked, "action", Action.objects.select_related("responsible"))
    _put(talked, "help_request", HelpRequest.objects.select_related("answered_by"))
    _put(talked, "agreement", Decision.objects.all())
    for line in lines:
        line.session = session
    return lines


def _put(lines: list[AgendaLine], name: str, rows: Any) -> None:
    """One query at most."""
    found = rows.in_bulk([number for line in lines if (number := getattr(line, f"{name}_id"))])
    for line in lines:
        if (number := getattr(line, f"{name}_id")) in found:
            setattr(line, name, found[number])
