"""Whatever is posted to an action, the answer is a page, a refusal or a field's error: never a failure."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.models import Action

NASTY = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        (
            "\x00|-1|0|99999999999999999999|31-02-2026|0001-01-01|9999-12-31|1e9|🙂|\u202eevil|todo|done|null|<b>|"
            "javascript:alert(1)|2026-06-30|" + "x" * 10_000
        ).split("|")
    ),
)
FIELDS = {
    "action_move": ["status", "before", "after", "version"],
    "action_undo": ["version"],
    "action_edit": (
        "result choice responsible involved starts_on deadline reason link "
        "first-result first-involved first-deadline first-choice"
    ).split(),
    "action_deadline": ["deadline", "reason", "first-deadline"],
    "action_archive": ["next"],
    "action_restore": ["next"],
}
FEW = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("name", FIELDS)
def test_any_post_gets_an_answer(name: str, client_of, plan_owner, action: Action) -> None:
    client = client_of(plan_owner)
    address = reverse(f"actions:{name}", args=[action.plan_id, action.pk])

    @FEW
    @given(body=st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS[name], NASTY)), is_htmx=st.booleans())
    def post(body: dict[str, str], is_htmx: bool) -> None:
        response = client.post(address, body, headers={"HX-Request": "true"} if is_htmx else {})
        assert response.status_code in (200, 204, 302, 400, 404, 409, 422)

    post()


def test_any_new_action_gets_an_answer(client_of, plan_owner, choice) -> None:
    client = client_of(plan_owner)
    address = reverse("actions:action_add", args=[choice.plan_id])

    @FEW
    @given(body=st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS["action_edit"], NASTY)))
    def post(body: dict[str, str]) -> None:
        assert client.post(address, body).status_code in (200, 302, 422)

    post()


@pytest.mark.parametrize("name", ["action_board", "action_list", "action_add"])
def test_any_address_shows_the_page(name: str, client_of, plan_owner, action: Action) -> None:
    client = client_of(plan_owner)
    address = reverse(f"actions:{name}", args=[action.plan_id])
    keys = ["q", "person", "choice", "flag", "status", "sort", "page", "lanes", "mine", "off_plan", "done"]

    @FEW
    @given(query=st.fixed_dictionaries({}, optional=dict.fromkeys(keys, NASTY)))
    def look(query: dict[str, str]) -> None:
        assert client.get(address, query).status_code in (200, 404)

    look()


@pytest.mark.parametrize("lane", ["choice-", "9" * 25, "choice--1", "person-9223372036854775808", "0", "²"])
def test_an_odd_lane_has_no_earlier_cards(client_of, plan_owner, action: Action, lane: str) -> None:
    address = reverse("actions:action_board", args=[action.plan_id])
    answer = client_of(plan_owner).get(address, {"lanes": "choice", "from": "0", "lane": lane}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    assert "<article" not in answer.content.decode()
