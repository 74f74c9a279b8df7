"""Name and period of a plan that is made from a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from plans.forms import PlanNewForm

from .new_plan import NewPlan


class NewPlanForm(PlanNewForm):
    """As the workbook says, and to be changed before the plan is made; its ambition comes with the rest."""

    class Meta(PlanNewForm.Meta):
        fields = ["name", "organisation", "starts_on", "ends_on"]

    def __init__(self, *args: Any, found: NewPlan, on: dt.date, organisation: str, **kwargs: Any) -> None:
        super().__init__(*args, on=on, organisation=organisation, **kwargs)
        said = {name: found.particulars[name] for name in self.Meta.fields if name in found.particulars}
        self.initial = {**self.initial, **said}
