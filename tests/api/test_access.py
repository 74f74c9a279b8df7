"""Who gets what by a token: exactly what its person may read, and nothing by any other way in."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import OperationalError
from django.test import Client

from ogsm.accounts.models import User
from ogsm.accounts.token_models import ApiToken, digest_of
from ogsm.api.views import ADDRESSES
from tests import factories
from tests.api.conftest import Program
from tests.updates.meeting import closed

pytestmark = pytest.mark.django_db
PATHS = [path for path, _about in ADDRESSES]
OF_A_PLAN = [path for path in PATHS if "{plan_id}" in path]
OF_A_PIECE = [path for path in OF_A_PLAN if path.count("{") == 2]


@pytest.fixture
def ids(plan, action, choice, process_owner):
    """The plan, and a piece of each kind in it."""
    return {
        "plan_id": plan.pk,
        "action_id": action.pk,
        "indicator_id": factories.IndicatorFactory(choice=choice).pk,
        "session_id": closed(plan, process_owner).pk,
    }


def is_refused(answer, status):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert "text/html" not in answer["Content-Type"]
    return True


@pytest.mark.parametrize("role", ["plan_owner", "process_owner", "choice_owner", "responsible", "member", "viewer"])
def test_every_member_reads_everything_in_the_plan(request, ids, program_of, role):
    program = program_of(request.getfixturevalue(role))
    answers = {path: program.get(path.format(**ids)).status_code for path in PATHS}
    assert answers == dict.fromkeys(PATHS, 200)


@pytest.mark.parametrize("outsider", ["stranger", "admin"])
def test_a_stranger_and_a_superuser_without_membership_find_nothing(request, ids, program_of, outsider):
    program = program_of(request.getfixturevalue(outsider))
    for path in OF_A_PLAN:
        assert is_refused(program.get(path.format(**ids)), 404), path


@pytest.mark.parametrize("outsider", ["stranger", "admin"])
def test_the_list_of_plans_of_who_is_in_none_is_empty(request, ids, program_of, outsider):
    assert program_of(request.getfixturevalue(outsider)).rows("plans/") == []


def test_who_left_the_plan_reads_it_no_longer(ids, program_of, viewer, plan):
    program = program_of(viewer)
    assert program.get(f"plans/{plan.pk}/").status_code == 200
    plan.memberships.filter(user=viewer).delete()
    assert is_refused(program.get(f"plans/{plan.pk}/"), 404)


@pytest.fixture
def mine(stranger):
    """Another plan, of which the stranger is the owner."""
    return factories.MembershipFactory(user=stranger, role="owner").plan


def test_a_piece_of_another_plan_is_not_found_through_mine(ids, program_of, stranger, mine):
    program = program_of(stranger)
    for path in OF_A_PIECE:
        assert is_refused(program.get(path.format(**{**ids, "plan_id": mine.pk})), 404), path


def test_a_list_of_my_plan_has_nothing_of_another(ids, program_of, stranger, mine):
    program = program_of(stranger)
    lists = [path for path in OF_A_PLAN if path.endswith("s/") and path.count("{") == 1]
    assert {path: program.rows(path.format(plan_id=mine.pk)) for path in lists} == {path: [] for path in lists}


def no_token(viewer):
    return {}


def revoked(viewer):
    token, secret = ApiToken.make(viewer, name="Oud", expires_on=None, at=factories.AT)
    token.revoke(by=viewer, at=factories.AT)
    return {"authorization": f"Bearer {secret}"}


def expired(viewer):
    yesterday = factories.ON - dt.timedelta(days=1)
    _token, secret = ApiToken.make(viewer, name="Verlopen", expires_on=yesterday, at=factories.AT)
    return {"authorization": f"Bearer {secret}"}


def of_who_is_switched_off(viewer):
    _token, secret = ApiToken.make(viewer, name="Weg", expires_on=None, at=factories.AT)
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    return {"authorization": f"Bearer {secret}"}


def as_basic(viewer):
    _token, secret = ApiToken.make(viewer, name="Basic", expires_on=None, at=factories.AT)
    return {"authorization": f"Basic {secret}"}


def what_is_stored(viewer):
    _token, secret = ApiToken.make(viewer, name="Digest", expires_on=None, at=factories.AT)
    return {"authorization": f"Bearer {digest_of(secret)}"}


def another_letter(viewer):
    _token, secret = ApiToken.make(viewer, name="Letter", expires_on=None, at=factories.AT)
    return {"authorization": f"Bearer {secret[:-1]}{'a' if secret[-1] != 'a' else 'b'}"}


def odd(text):
    return lambda viewer: {"authorization": text}


NO_WAY_IN = [
    no_token, revoked, expired, of_who_is_switched_off, as_basic, what_is_stored, another_letter,
    odd("Bearer"), odd("Bearer "), odd("Bearer ogsm_"), odd(f"Bearer ogsm_{'x' * 43}"), odd(f"Bearer ogsm_{'é' * 43}"),
    odd("Bearer \0"), odd(f"Bearer {'x' * 5000}"), odd("x" * 5000),
]  # fmt: skip


@pytest.mark.parametrize("way", NO_WAY_IN)
def test_without_a_working_token_nothing_is_read(ids, viewer, way):
    client = Client(headers=way(viewer))
    for path in PATHS:
        answer = client.get(f"/api/v1/{path.format(**ids)}")
        assert is_refused(answer, 401)
        assert answer["WWW-Authenticate"].startswith('Bearer realm="OGSM"')


def test_a_sign_in_opens_nothing_here(ids, client_of, plan_owner):
    client = client_of(plan_owner)
    for path in PATHS:
        answer = client.get(f"/api/v1/{path.format(**ids)}")
        assert is_refused(answer, 401), path
        assert not answer.cookies, path


def test_a_token_opens_no_page(ids, program, plan):
    assert program.client.get(f"/plans/{plan.pk}/").status_code == 302
    assert program.client.get("/accounts/profile/").status_code == 302


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_is_written_whatever_the_method(ids, viewer, secret_of, method):
    strict = Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {secret_of(viewer)}"})
    for path in [*PATHS, "openapi.json", "nothing/"]:
        answer = getattr(strict, method)(f"/api/v1/{path.format(**ids)}")
        assert is_refused(answer, 405), path
        assert answer["Allow"] == "GET, HEAD", path


def test_an_address_that_is_none_is_not_found_in_json(program):
    for path in ("nothing/", "plans/x/", "plans/0/", f"plans/{'9' * 30}/", "plans/-1/actions/", "%00/"):
        assert is_refused(program.get(path), 404), path


def test_a_number_beyond_any_database_is_not_found(ids, program):
    for path in OF_A_PIECE:
        huge = dict.fromkeys(ids, "9" * 25)
        assert is_refused(program.get(path.format(**{**huge, "plan_id": ids["plan_id"]})), 404)


def test_the_head_of_an_answer_can_be_asked_for(ids, program):
    answer = program.client.head(f"/api/v1/plans/{ids['plan_id']}/actions/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Type"].startswith("application/json")


def test_no_answer_is_kept_by_others_nor_depends_on_a_cookie_or_language(ids, program):
    for path in PATHS:
        answer = program.client.get(f"/api/v1/{path.format(**ids)}", headers={"accept-language": "nl"})
        assert "private" in answer["Cache-Control"], path
        assert answer["Vary"] == "Authorization, Accept", path
        assert answer["Content-Language"] == "en", path
        assert not answer.cookies, path


def test_a_host_that_is_not_ours_is_refused_in_json(program):
    assert is_refused(program.client.get("/api/v1/", headers={"host": "elsewhere.example"}), 400)


def test_text_that_is_no_utf_8_is_refused_in_json(program):
    answer = program.client.get("/api/v1/", headers={"content-type": "text/plain; charset=latin-1"})
    assert is_refused(answer, 400)


def test_a_failure_of_ours_is_told_in_json_as_well(program, plan, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("secret innards")

    monkeypatch.setattr("ogsm.api.rows.action_row", fail)
    factories.ActionFactory(choice__plan=plan)
    program.client.raise_request_exception = False
    answer = program.get(f"plans/{plan.pk}/actions/")
    assert is_refused(answer, 500)
    assert b"innards" not in answer.content


@pytest.fixture
def rate(settings):
    """Sets how often programs may ask, for this test."""

    def change(rate: str) -> None:
        settings.ACCOUNT_RATE_LIMITS = {**settings.RATE_LIMITS, "api": rate}

    return change


def test_past_the_limit_a_token_waits_and_another_does_not(rate, program, program_of, member):
    rate("3/m/key")
    assert [program.get().status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = program.get("plans/")
    assert is_refused(answer, 429)
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert program_of(member).get().status_code == 200


def test_a_minute_later_it_reads_on(rate, program):
    rate("1/m/key")
    program.get()
    assert program.get().status_code == 429
    with time_machine.travel(factories.AT + dt.timedelta(seconds=61)):
        assert program.get().status_code == 200


def test_the_limit_may_be_by_the_hour_and_by_address(rate, program, program_of, member):
    rate("2/h/key,3/h/ip")
    assert [program.get().status_code for _ in range(3)] == [200, 200, 429]
    other = program_of(member)
    assert [other.get().status_code for _ in range(2)] == [200, 429], "from the same address"
    assert 60 < int(other.get()["Retry-After"]) <= 3600


def test_without_a_limit_nobody_waits(rate, program):
    rate("")
    assert {program.get().status_code for _ in range(5)} == {200}


@pytest.mark.parametrize(
    ("said", "words"),
    [("5/m/key", "At most 5 requests a minute"), ("5/h/key", "Whoever asks more often"), ("", "As often as you like")],
)
def test_the_page_about_it_says_how_often(rate, client, viewer, said, words):
    rate(said)
    client.force_login(viewer)
    assert words in client.get("/api/").content.decode()


def test_reading_costs_no_write_but_now_and_then(program, django_assert_num_queries):
    program.get()  # notes the use
    with django_assert_num_queries(1):  # the token and its person
        program.get()


def test_a_database_that_takes_no_writes_is_read_all_the_same(program, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr("django.db.models.query.QuerySet.update", refuse)
    monkeypatch.setattr("ogsm.limits._add_one", refuse)
    assert program.get().status_code == 200


def test_the_api_is_not_imported_before_somebody_asks_for_it(run_python):
    said = run_python(
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "from django.urls import reverse\n"
        "call_command('check'); reverse('plans:plan_list')\n"
        "import sys; print('ninja' in sys.modules, 'pydantic' in sys.modules)"
    )
    assert said.endswith("False False")


@pytest.fixture
def run_python():
    def run(script: str) -> str:
        env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "ogsm.settings", "DEMO": "1"}
        done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    return run


def test_a_program_says_who_it_is_with_any_letter_case(viewer, secret_of):
    secret = secret_of(viewer)
    for scheme in ("bearer", "BEARER", "Bearer"):
        assert (
            Program(secret).client.get("/api/v1/", headers={"authorization": f"{scheme} {secret}"}).status_code == 200
        )


def test_who_has_to_sign_in_in_two_steps_sets_it_up_before_a_program_reads_along(program, viewer, settings):
    settings.REQUIRE_TWO_FACTORS = ["everybody"]
    answer = program.get("plans/")
    assert answer.status_code == 403
    assert "two steps" in answer.json()["detail"]
    Authenticator.objects.create(user=viewer, type="totp", data={})
    assert program.get("plans/").status_code == 200


def test_a_person_of_the_provider_has_their_second_step_there(program, viewer, settings):
    settings.REQUIRE_TWO_FACTORS = ["everybody"]
    SocialAccount.objects.create(user=viewer, provider="sso", uid="1")
    assert program.get("plans/").status_code == 200
