"""The cast: the same eight people in the same plan, in every test that asks for them by role."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from importlib.abc import MetaPathFinder

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, settings

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice, Plan

from . import factories

# a busy machine is no failure
settings.register_profile("ogsm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ogsm")


@pytest.fixture
def on() -> dt.date:
    """Today."""
    return factories.ON


@pytest.fixture
def at() -> dt.datetime:
    """Now."""
    return factories.AT


@pytest.fixture(autouse=True)
def clock(at: dt.datetime) -> Iterator[None]:
    """Every test starts at the same moment; time goes on from there."""
    with time_machine.travel(at):
        yield


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Nobody is throttled for what another test did."""
    cache.clear()


@pytest.fixture
def plan_owner(db: None) -> User:
    return factories.UserFactory(name="Karin de Boer", email="karin@example.org", can_create_plans=True)


@pytest.fixture
def process_owner(db: None) -> User:
    return factories.UserFactory(name="Peter Smit", email="peter@example.org")


@pytest.fixture
def choice_owner(db: None) -> User:
    return factories.UserFactory(name="Samira el Amrani", email="samira@example.org")


@pytest.fixture
def responsible(db: None) -> User:
    return factories.UserFactory(name="Joost van Leeuwen", email="joost@example.org")


@pytest.fixture
def member(db: None) -> User:
    return factories.UserFactory(name="Lotte Bakker", email="lotte@example.org")


@pytest.fixture
def viewer(db: None) -> User:
    return factories.UserFactory(name="Henk Visser", email="henk@example.org")


@pytest.fixture
def stranger(db: None) -> User:
    """Member of no plan."""
    return factories.UserFactory(name="Vera Mulder", email="vera@example.org")


@pytest.fixture
def admin(db: None) -> User:
    """Superuser, member of no plan."""
    return factories.UserFactory(name="Ada Jansen", email="ada@example.org", is_staff=True, is_superuser=True)


@pytest.fixture
def plan(
    plan_owner: User, process_owner: User, choice_owner: User, responsible: User, member: User, viewer: User
) -> Plan:
    """An active plan with the six of them in it."""
    plan = factories.PlanFactory(name="Groei 2026", organisation="Testbedrijf")
    roles = {plan_owner: "owner", process_owner: "process_owner", viewer: "viewer"}
    for user in (plan_owner, process_owner, choice_owner, responsible, member, viewer):
        factories.MembershipFactory(plan=plan, user=user, role=roles.get(user, "member"))
    return plan


@pytest.fixture
def choice(plan: Plan, choice_owner: User) -> Choice:
    """The plan's first choice; the choice owner's."""
    return factories.ChoiceFactory(plan=plan, short_name="Webshop", owner=choice_owner)


@pytest.fixture
def action(choice: Choice, responsible: User) -> Action:
    """An action of that choice, to do, on plan; the responsible's."""
    return factories.ActionFactory(choice=choice, responsible=responsible, result="Webshop toont levertijd per artikel")


@pytest.fixture
def client_of(db: None) -> Callable[[User], Client]:
    """A test client that is signed in as the given person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def without_pango(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without that library: importing WeasyPrint fails with an OSError."""

    class NoLibrary(MetaPathFinder):
        def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
            if fullname == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in list(sys.modules):
        if name.partition(".")[0] == "weasyprint" or name == "ogsm.pdf_engine":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [NoLibrary(), *sys.meta_path])
    monkeypatch.setattr("ogsm.pdf._Known.can_make_pdf", None)  # and forgotten afterwards
