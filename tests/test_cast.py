"""The factories give objects the models accept, so that a test that fails is about what it tests."""

import inspect

import pytest

from . import factories

FACTORIES = [
    maker
    for _, maker in inspect.getmembers(factories, inspect.isclass)
    if issubclass(maker, factories.DjangoModelFactory) and maker is not factories.DjangoModelFactory
]


@pytest.mark.django_db
@pytest.mark.parametrize("maker", FACTORIES, ids=lambda maker: maker.__name__)
def test_what_a_factory_makes_is_valid(maker):
    made = maker()
    made.full_clean()
    assert type(made).objects.filter(pk=made.pk).exists()


def test_the_casts_action_is_on_plan(action, on):
    assert type(action).objects.with_flags(on).get(pk=action.pk).flag_names == []
