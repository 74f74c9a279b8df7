"""Who a program speaks for, and how often it may ask."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from ogsm.accounts.token_models import ApiToken
from ogsm.limits import count_program
from ogsm.sign_in.two_steps import is_missing_for_programs

if TYPE_CHECKING:
    from ogsm.request import Request


class TooMany(Exception):
    """This token has asked enough for now."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds


class StepMissing(Exception):
    """Whose token this is has to sign in in two steps, and has not set that up."""


class Token(HttpBearer):
    """A personal token in the Authorization header. From there on the request is its person's, with the rights of
    their memberships and no others. One query, and at most every five minutes one that notes the use; three more where
    people have to sign in in two steps."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        asked: Request = request  # type: ignore[assignment]
        found = ApiToken.objects.of_secret(token.strip(), asked.on)
        if found is None:
            raise AuthenticationError
        count_request(request, found)
        if is_missing_for_programs(found.user):
            raise StepMissing
        found.note_use(asked.at)
        asked.user = found.user
        return found


def count_request(request: HttpRequest, token: ApiToken) -> None:
    """TooMany past the limit. Where nothing can be counted, nothing is refused."""
    try:
        seconds = count_program(request, str(token.pk), time.time())
    except DatabaseError:
        return
    if seconds:
        raise TooMany(seconds)
