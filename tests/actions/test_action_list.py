"""The board, the action plan and the timeline: the same number of queries for ten actions as for fifty."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories


@pytest.mark.parametrize("query", ["", "?lanes=choice", "?lanes=person", "?off_plan=1", "?q=levert"])
@pytest.mark.parametrize("page", ["action_board", "action_list", "action_timeline"])
def test_the_number_of_queries_does_not_grow_with_the_actions(
    page, query, client_of, viewer, plan, choice, responsible
):
    client, address = client_of(viewer), reverse(f"actions:{page}", args=[plan.pk]) + query

    def queries_with(number: int) -> int:
        for place in range(number):
            status = ("todo", "doing", "done")[place % 3]
            factories.ActionFactory(choice=choice, responsible=responsible, status=status)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    assert queries_with(10) == queries_with(40)
