"""The administration opens on everything there is in the demo: lists, search, one record, its history."""

import pytest
from django.contrib import admin
from django.urls import reverse
from zeal import zeal_ignore

from ogsm import demo
from ogsm.accounts.models import User
from tests.factories import SessionFactory

OURS = ("accounts", "plans", "actions", "updates")


@pytest.fixture
def site(client_of, admin, at):
    demo.build(at=at)
    return client_of(admin)


def test_every_list_opens_is_searched_and_costs_the_same_with_many_rows(site):
    registered = [model for model in admin.site._registry if model._meta.app_label in OURS]
    assert len(registered) > 10
    for model in registered:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert site.get(address).status_code == 200, address
        assert site.get(address, {"q": "webshop"}).status_code == 200, address


def test_every_record_opens_and_shows_its_history(site):
    for model, its_admin in admin.site._registry.items():
        record = model._default_manager.first()
        if model._meta.app_label not in OURS or record is None:
            continue
        views = ["change", "history"] if hasattr(its_admin, "history_form_view") else ["change"]
        for view in views:
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=[record.pk])
            with zeal_ignore():  # a form looks up each person and record it names, one by one
                assert site.get(address).status_code == 200, address


def test_a_closed_sessions_record_cannot_be_rewritten(client_of, admin, at):
    session = SessionFactory(state="closed", closed_at=at)
    page = client_of(admin).get(reverse("admin:updates_session_change", args=[session.pk]))
    assert not page.context["adminform"].form.fields


def test_a_new_person_needs_no_password(client_of, admin):
    form = {"email": "nieuw@example.org", "name": "Nieuwe Collega", "usable_password": "false"}
    assert client_of(admin).post(reverse("admin:accounts_user_add"), form).status_code == 302
    assert not User.objects.get(email="nieuw@example.org").has_usable_password()
