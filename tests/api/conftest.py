"""A program with a person's token, as these tests use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ogsm.accounts.models import User
from ogsm.accounts.token_models import ApiToken
from tests import factories


class Program:
    """Asks the API with a token; `get` gives the answer, `rows` all rows of a list, page after page."""

    def __init__(self, secret: str) -> None:
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    def get(self, address: str = "", **query: Any) -> Any:
        return self.client.get(address if address.startswith("http") else f"/api/v1/{address}", query)

    def read(self, address: str = "", **query: Any) -> Any:
        answer = self.get(address, **query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def rows(self, address: str, **query: Any) -> list[dict[str, Any]]:
        page = self.read(address, **query)
        found = page["items"]
        while page["next"]:
            page = self.client.get(page["next"]).json()
            found += page["items"]
        return found

    def ids(self, address: str, **query: Any) -> set[int]:
        return {row["id"] for row in self.rows(address, **query)}


@pytest.fixture
def secret_of(db: None) -> Callable[..., str]:
    def make(user: User, name: str = "Power BI", **more: Any) -> str:
        return ApiToken.make(user, name=name, at=factories.AT, **{"expires_on": None, **more})[1]

    return make


@pytest.fixture
def program_of(secret_of: Callable[..., str]) -> Callable[[User], Program]:
    """A program that reads along with this person."""
    return lambda user: Program(secret_of(user))


@pytest.fixture
def program(plan: Any, viewer: User, program_of: Callable[[User], Program]) -> Program:
    """That of the plan's viewer: who may read everything in it, and nothing else."""
    return program_of(viewer)
