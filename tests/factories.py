"""Objects for tests. Each is believable on its own; a test names only what it is about.

Actions, choices and shifts are made by the models' own verbs, so that ranks, colours and history are as in real life.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from factory.django import DjangoModelFactory

from actions.models import Action, Step
from ogsm.accounts.models import User
from plans.models import Choice, Goal, Indicator, IndicatorValue, Membership, Plan, StandIn
from updates.models import AgendaPoint, Decision, HelpRequest, Remark, Session, Update

ON = dt.date(2026, 6, 11)  # a Thursday in mid-year; the tests' today
AT = dt.datetime(2026, 6, 11, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=2)))


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Collega Nummer{n}")
    email = factory.Sequence(lambda n: f"collega{n}@example.org")
    password = factory.django.Password("a-good-password")


class PlanFactory(DjangoModelFactory):
    """An active plan of the calendar year, without people or pieces."""

    class Meta:
        model = Plan

    name = factory.Sequence(lambda n: f"Plan {n}")
    ambition = "In 2026 is iedere installateur onze klant"
    state = "active"
    activated_at = factory.Maybe("is_draft", None, dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC))
    starts_on = dt.date(2026, 1, 1)
    ends_on = dt.date(2026, 12, 31)

    class Params:
        is_draft = factory.LazyAttribute(lambda plan: plan.state == "draft")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    plan = factory.SubFactory(PlanFactory)
    user = factory.SubFactory(UserFactory)
    role = "member"


class StandInFactory(DjangoModelFactory):
    """Somebody is away this week and the next; a colleague stands in."""

    class Meta:
        model = StandIn

    plan = factory.SubFactory(PlanFactory)
    person = factory.SubFactory(UserFactory)
    deputy = factory.SubFactory(UserFactory)
    first_on = ON
    last_on = ON + dt.timedelta(days=14)


class GoalFactory(DjangoModelFactory):
    class Meta:
        model = Goal

    plan = factory.SubFactory(PlanFactory)
    name = factory.Sequence(lambda n: f"Omzet {n}")
    unit = "eur"
    target = 1_000_000
    due_on = dt.date(2026, 12, 31)


class ChoiceFactory(DjangoModelFactory):
    class Meta:
        model = Choice

    plan = factory.SubFactory(PlanFactory)
    short_name = factory.Sequence(lambda n: f"Keuze {n}")
    goal = "Meer installateurs bestellen online"
    how = "de webshop de snelste weg te maken"

    @classmethod
    def _create(cls, model_class: type[Choice], *args: Any, **values: Any) -> Choice:
        return model_class.create(values.pop("plan"), by=None, at=AT, **values)


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = Indicator

    choice = factory.SubFactory(ChoiceFactory)
    name = factory.Sequence(lambda n: f"Bestellingen {n}")
    baseline = 100
    baseline_on = dt.date(2026, 1, 1)
    target = 200
    target_on = dt.date(2026, 12, 31)


class IndicatorValueFactory(DjangoModelFactory):
    class Meta:
        model = IndicatorValue

    indicator = factory.SubFactory(IndicatorFactory)
    period = dt.date(2026, 5, 1)
    value = 140
    author = factory.SubFactory(UserFactory)
    entered_at = AT


class ActionFactory(DjangoModelFactory):
    """An action to do, due in a month: on plan, no flag. Its responsible becomes a member if not one yet."""

    class Meta:
        model = Action

    choice = factory.SubFactory(ChoiceFactory)
    plan = factory.LazyAttribute(lambda action: action.choice.plan)
    responsible = factory.SubFactory(UserFactory)
    result = factory.Sequence(lambda n: f"Webshop levert binnen {n} dagen")
    deadline = ON + dt.timedelta(days=30)

    @classmethod
    def _create(cls, model_class: type[Action], *args: Any, **values: Any) -> Action:
        Membership.objects.get_or_create(plan=values["plan"], user=values["responsible"])
        return model_class.create(by=None, at=AT, **values)


class StepFactory(DjangoModelFactory):
    """A step at the end of the action's list."""

    class Meta:
        model = Step

    action = factory.SubFactory(ActionFactory)
    text = factory.Sequence(lambda n: f"Offerte {n} opvragen")

    @classmethod
    def _create(cls, model_class: type[Step], *args: Any, **values: Any) -> Step:
        return model_class.add(values["action"], values["text"], by=None, at=AT)


class UpdateFactory(DjangoModelFactory):
    """An update as a row. `Update.give` is the verb that also moves the action and asks for help."""

    class Meta:
        model = Update

    action = factory.SubFactory(ActionFactory)
    author = factory.SelfAttribute("action.responsible")
    status = factory.SelfAttribute("action.status")
    light = "green"
    done = "Leverancier gekozen"
    next = "Contract tekenen"
    at = AT


class RemarkFactory(DjangoModelFactory):
    """What a colleague says about an update."""

    class Meta:
        model = Remark

    update = factory.SubFactory(UpdateFactory)
    author = factory.SubFactory(UserFactory)
    text = "Vraag Priya: zij heeft er net een afgerond"
    at = AT


class HelpRequestFactory(DjangoModelFactory):
    class Meta:
        model = HelpRequest

    action = factory.SubFactory(ActionFactory)
    text = "Wie kan het contract nakijken?"
    asked_by = factory.SelfAttribute("action.responsible")
    asked_at = AT


class SessionFactory(DjangoModelFactory):
    """An update session, planned in twelve days."""

    class Meta:
        model = Session

    plan = factory.SubFactory(PlanFactory)
    starts_at = AT + dt.timedelta(days=12)


class AgendaPointFactory(DjangoModelFactory):
    class Meta:
        model = AgendaPoint

    plan = factory.SubFactory(PlanFactory)
    text = "Vakantierooster"
    added_at = AT


class DecisionFactory(DjangoModelFactory):
    """An agreement: who does what by when."""

    class Meta:
        model = Decision

    plan = factory.SubFactory(PlanFactory)
    kind = "agreement"
    text = "Belt de leverancier"
    who = factory.SubFactory(UserFactory)
    due_on = ON + dt.timedelta(days=7)
    by = factory.SelfAttribute("who")
    at = AT
