"""Every address of the product, with the ids of one plan's pieces or a genuine secret in it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ogsm.accounts.calendar_models import CalendarFeed
from plans.models import Invitation
from tests import factories
from tests.addresses import (
    ALL_ADDRESSES,
    BY_SECRET,
    CREATES_PLANS,
    OPEN,
    PLAN_ADDRESSES,
    POSTED_TO_BY_ANYONE,
    SIGNED_IN,
    SUPERUSERS,
)
from tests.test_access_matrix import path_of, world  # noqa: F401  (a fixture)
from updates.prepare_links import prepare_token


@pytest.fixture
def paths(world, plan, member, responsible, monkeypatch, at):  # noqa: F811
    """View name → path. PDFs are not really made."""
    monkeypatch.setattr("ogsm.pdf_engine.make_pdf", lambda html, base_url: (b"%PDF-", 1))
    _people, ids, special, _bodies, _outsiders = world
    found = {name: path_of(name, ids, special) for name in PLAN_ADDRESSES}
    for name in OPEN | SIGNED_IN | SUPERUSERS | CREATES_PLANS | POSTED_TO_BY_ANYONE:
        found[name] = reverse(name)
    newcomer = factories.UserFactory(email="nieuw@example.org")
    newcomer.set_unusable_password()
    newcomer.save()
    factories.MembershipFactory(plan=plan, user=newcomer)
    secrets = {
        "token": prepare_token(factories.SessionFactory(plan=plan), responsible),
        "secret": CalendarFeed.make(member, language="en", at=at).secret,
        **{name: ids[name] for name in ids if name.endswith("_id")},
    }
    for name in BY_SECRET - {"invitation_accept"}:
        found[name] = reverse(name, kwargs={key: secrets[key] for key in ALL_ADDRESSES[name]})
    found["invitation_accept"] = Invitation.issue(plan, newcomer, by=responsible, at=at).path
    return found
