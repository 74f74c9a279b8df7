"""The description of the API holds, and speaks of what there is."""

import pytest
from openapi_spec_validator import validate

from ogsm.api.views import ADDRESSES

pytestmark = pytest.mark.django_db


@pytest.fixture
def description(client):
    return client.get("/api/v1/openapi.json").json()


def test_the_description_is_a_valid_one(description):
    validate(description)
    assert description["openapi"].startswith("3.")


def test_everybody_may_read_the_description_and_keep_it(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert "public" in answer["Cache-Control"]


def test_the_page_for_people_names_every_address_of_the_description(description):
    assert {f"/api/v1/{path}" for path, _about in ADDRESSES} == description["paths"].keys()


def test_everything_is_only_read_and_wants_a_token(description):
    for path, methods in description["paths"].items():
        assert methods.keys() == {"get"}, path
        assert methods["get"]["security"] == [{"Token": []}], path
        assert {"200", "401", "404", "422", "429"} <= {str(code) for code in methods["get"]["responses"]}, path
    assert description["components"]["securitySchemes"]["Token"] == {"type": "http", "scheme": "bearer"}


def test_a_list_tells_how_to_get_its_next_page_and_that_it_also_comes_as_csv(description):
    for path, methods in description["paths"].items():
        content = methods["get"]["responses"]["200"]["content"]
        if "text/csv" not in content:
            continue
        page = description["components"]["schemas"][content["application/json"]["schema"]["$ref"].split("/")[-1]]
        assert page["properties"].keys() == {"items", "next"}, path
        assert {"after", "page_size", "format"} <= {each["name"] for each in methods["get"]["parameters"]}, path
