from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ogsm.data_check import RULES, check_data
from plans.models import Plan


class Command(BaseCommand):
    help = (
        "Prove that the data keeps every rule the product relies on. Reads only, also while people work. Prints a line"
        " for each finding: what, where and how to mend it. Ends with 1 when there is any, else with 0."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plan", type=int, metavar="ID", help="look at this plan only (its number in the address)")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = options["plan"]
        if plan is not None and not Plan.objects.filter(pk=plan).exists():
            raise CommandError(f"There is no plan {plan}.", returncode=2)
        findings = check_data(plan=plan)
        for finding in findings:
            self.stdout.write(str(finding))
        of = "everything" if plan is None else f"plan {plan}"
        if findings:
            raise CommandError(f"{len(findings)} {'finding' if len(findings) == 1 else 'findings'} in {of}.")
        self.stdout.write(f"{len(RULES)} rules hold for {of}.")
