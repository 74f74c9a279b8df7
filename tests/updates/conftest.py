"""Actions as My work finds them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice
from tests import factories
from updates.models import Update

Give = Callable[..., Update]


@pytest.fixture
def going(choice: Choice, responsible: User) -> Action:
    """In progress, due in a month, never updated: the responsible owes an update."""
    return factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", result="Tien installateurs bestellen zelf"
    )


@pytest.fixture
def late(choice: Choice, responsible: User, on: dt.date) -> Action:
    """In progress and six days late."""
    return factories.ActionFactory(
        choice=choice,
        responsible=responsible,
        status="doing",
        result="De app meldt aankomst",
        deadline=on - dt.timedelta(days=6),
    )


@pytest.fixture
def give(at: dt.datetime) -> Give:
    """Gives an update through the verb, `days_ago` before today."""

    def give(action: Action, days_ago: float = 0, by: User | None = None, **answers: Any) -> Update:
        answers = {"status": action.status, "light": "green", **answers}
        return Update.give(action, by=by or action.responsible, at=at - dt.timedelta(days=days_ago), **answers)

    return give


@pytest.fixture
def calendars_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs tell no calendar anything: for tests that count the other mails (test_calendar_mails.py has these)."""
    monkeypatch.setattr("updates.due.queue_calendar_mails", lambda at, trouble: 0)
    monkeypatch.setattr("updates.due.calendar_mails", lambda at: [])
