from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.core.validators import validate_email
from django.db import DatabaseError, transaction
from django.utils import timezone

from ogsm.accounts.models import User
from ogsm.accounts.names import guessed_name
from ogsm.data_check import check_data
from ogsm.exchange.plan_json.contents import Contents
from ogsm.exchange.plan_json.opening import Faulty, Refused, open_plan
from ogsm.exchange.plan_json.reading import plan_bring
from plans.models import Plan

MOST_BYTES = 100_000_000


class Command(BaseCommand):
    help = (
        "A plan.json becomes a new plan, in an empty installation too. People without an account get one that is"
        " switched off and has no password. All or nothing; nothing that is here is overwritten."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a plan.json, at most 100 MB")
        parser.add_argument("--owner", metavar="EMAIL", help="who owns the plan too; with an account that is on")
        parser.add_argument("--archived", action="store_true", help="into the archive: no mail goes out about it")
        parser.add_argument("--dry-run", action="store_true", help="only say what is in the file")

    def handle(self, *args: Any, **options: Any) -> None:
        path, email = Path(options["file"]), (options["owner"] or "").strip().lower()
        contents = Contents.of(self._open(path))
        self._tell(contents)
        if email:
            _check_address(email)
        elif not contents.has_owner:
            raise CommandError("Nobody in this file owns the plan. Say who does: --owner EMAIL")
        if options["dry_run"]:
            self.stdout.write("Nothing was made (--dry-run).")
            return
        try:
            plan = _make(contents, email, f"From {path.name}", archived=options["archived"])
        except DatabaseError as error:
            raise CommandError(f"The database refused this file, and nothing was made: {error}") from None
        self._say_what_is_next(plan)

    def _open(self, path: Path) -> Any:
        try:
            if os.path.getsize(path) > MOST_BYTES:
                raise CommandError("This file is larger than 100 MB.")
            return open_plan(path.read_bytes(), most_bytes=MOST_BYTES)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except Faulty as error:
            more = [f"And {error.more} more."] if error.more else []
            faults = [f"{fault.path}: {fault.text}" for fault in error.faults]
            raise CommandError("\n".join([*error.messages, *faults, *more])) from None
        except Refused as error:
            raise CommandError(" ".join(error.messages)) from None

    def _tell(self, contents: Contents) -> None:
        said = contents.opened.file.plan
        self.stdout.write(f"{said.name} ({said.state}, {said.starts_on} to {said.ends_on})")
        self.stdout.write(f"In it: {', '.join(contents.counts) or 'nothing yet'}.")
        if contents.archived:
            self.stdout.write(f"Of these {contents.archived} in the archive.")
        self.stdout.write(f"People with an account here: {len(contents.known)}")
        self.stdout.write(f"People without an account here: {len(contents.unknown)}")
        for person, role in contents.unknown:
            self.stdout.write(f"  {person.email} ({role})")

    def _say_what_is_next(self, plan: Plan) -> None:
        self.stdout.write(f"Made as a new plan: {plan.get_absolute_url()}")
        if findings := check_data(plan=plan.pk):
            self.stdout.write(
                f"{len(findings)} things in it break a rule: see `manage.py check_data --plan {plan.pk}`."
            )
        owners = plan.memberships.filter(role="owner", user__is_active=True)
        if not owners.exists():
            self.stdout.write("None of its owners can sign in yet. `manage.py first_owner EMAIL` switches one on.")


def _check_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"{email}: {' '.join(error.messages)}") from None


@transaction.atomic
def _make(contents: Contents, email: str, reason: str, *, archived: bool) -> Plan:
    at = timezone.now()
    people = contents.people.with_accounts(at)
    owner = _owner(email) if email else None
    return plan_bring(
        contents.opened.file, people, by=owner, at=at, reason=reason, owner=owner,
        origin=contents.origin(Plan.objects.live()), archived=archived,
    )  # fmt: skip


def _owner(email: str) -> User:
    """With an account that is switched on, also where that was made just now."""
    owner = User.objects.filter(email=email).first()
    if owner is None:
        return User.objects.create_user(email, name=guessed_name(email)[:120])
    if not owner.is_active:
        owner.is_active = True
        owner.save(update_fields=["is_active"])
    return owner
