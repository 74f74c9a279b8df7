"""The demo: two believable plans in mid-year, one Dutch and one English, built around any given day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from actions.models import organisation_day
from plans.models import Plan

from .dutch import PLAN as DUTCH
from .english import PLAN as ENGLISH
from .people import make_people
from .story import Story


@transaction.atomic
def build(*, at: dt.datetime) -> list[Plan]:
    """People, plans and their history up to yesterday. The same `at` day gives the same demo."""
    on = organisation_day(at)
    people = make_people(at=at - dt.timedelta(days=240))
    return [Story(table, people, on).tell() for table in (DUTCH, ENGLISH)]
