"""Form fields that more than one page uses: what they read, and how they refuse."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from ogsm.fields import DayField, WholeNumberField


@pytest.mark.parametrize("text", ["2026-12-31", "31-12-2026", "31/12/2026", "31.12.2026"])
def test_a_day_is_read_as_people_write_it(text):
    assert DayField().clean(text) == dt.date(2026, 12, 31)


@pytest.mark.parametrize("text", ["1999-12-31", "2100-01-01", "0206-12-31"])
def test_a_day_of_another_century_is_a_slip_of_the_pen(text):
    with pytest.raises(ValidationError, match="between 2000 and 2099"):
        DayField().clean(text)


@pytest.mark.parametrize(("text", "sentence"), [("61", "At most 60."), ("0", "At least 1.")])
def test_a_number_out_of_bounds_is_refused_in_few_words(text, sentence):
    with pytest.raises(ValidationError) as refused:
        WholeNumberField(min_value=1, max_value=60).clean(text)
    assert refused.value.messages == [sentence]
