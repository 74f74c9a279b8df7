"""Errors that come before our own pages say what happened and what now, in the reader's language."""

import pytest
from django.test import Client

SIGN_IN, FORGOTTEN = "/accounts/login/", "/accounts/password/reset/"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "This page was open for too long"), ("nl", "Deze pagina stond te lang open")],
)
def test_a_form_that_lost_its_token_says_so(db, language, sentence):
    answer = Client(enforce_csrf_checks=True).post(SIGN_IN, headers={"accept-language": language})
    assert answer.status_code == 403
    assert f"<h1>{sentence}</h1>" in answer.text
    assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Too many tries in a row"), ("nl", "Te vaak achter elkaar geprobeerd")]
)
def test_asking_for_a_password_again_and_again_is_stopped_with_a_page(client, db, language, sentence):
    answers = [
        client.post(FORGOTTEN, {"email": "karin@example.org"}, headers={"accept-language": language}) for _ in range(6)
    ]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert f"<h1>{sentence}</h1>" in answers[-1].text
