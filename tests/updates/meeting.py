"""Sessions in the states a test needs, made by their own verbs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.urls import reverse

from ogsm.accounts.models import User
from plans.models import Plan
from tests import factories
from updates.models import AgendaLine, Session


def planned(plan: Plan, days: float = 0, **values: Any) -> Session:
    """Planned so many days from now."""
    return factories.SessionFactory(plan=plan, starts_at=factories.AT + dt.timedelta(days=days), **values)


def running(plan: Plan, by: User, days: float = 0, **values: Any) -> Session:
    """Started so many days from now."""
    session = planned(plan, days, **values)
    session.start(by=by, at=session.starts_at)
    return session


def closed(plan: Plan, by: User, days: float = 0, **values: Any) -> Session:
    """Started so many days from now and closed forty minutes later."""
    session = running(plan, by, days, **values)
    session.close(by=by, at=session.starts_at + dt.timedelta(minutes=40))
    return session


def line_of(session: Session, thing: Any) -> AgendaLine:
    """The agenda's line about an action, agreement, help request, indicator or point."""
    kinds = {"helprequest": "help", "decision": "agreement", "agendapoint": "point"}
    name = thing._meta.model_name
    return session.lines.get(kind=kinds.get(name, name), item_id=thing.pk)


def titles(agenda: Any, section: str) -> list[str]:
    return [line.title for line in agenda.of(section)]


def url(name: str, *args: int) -> str:
    return reverse(f"updates:{name}", args=args)


def page_of(client: Client, session: Session, query: str = "") -> str:
    """The session's page."""
    response = client.get(session.get_absolute_url() + query)
    assert response.status_code == 200
    return response.content.decode()


def pulse(client: Client, session: Session) -> str:
    """What a screen of the session has seen when it was made just now."""
    return client.get(url("session_live", session.plan_id, session.pk)).json()["seen"]


def still_right(client: Client, session: Session, seen: str) -> bool:
    """Whether a screen made then may stay as it is."""
    answer = client.get(url("session_live", session.plan_id, session.pk), {"seen": seen})
    assert answer.status_code in (200, 204)
    return answer.status_code == 204
