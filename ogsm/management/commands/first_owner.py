from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.core.validators import validate_email
from django.urls import reverse

from ogsm.accounts.models import User


class Command(BaseCommand):
    help = (
        "The first person of an empty installation: may create plans and administer. Prints a link to set a password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="first and last name; can be filled in on the profile page")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email}: {' '.join(error.messages)}") from None
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=options["name"])
        user.is_active = user.is_staff = user.is_superuser = user.can_create_plans = True
        user.save()
        self.stdout.write(f"{user} can create plans and administer this installation.")
        self.stdout.write(f"Set a password within three days at {settings.SITE_URL}{password_path(user)}")


def password_path(user: User) -> str:
    """The address where this person sets a password, once, without the old one."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return reverse("account_reset_password_from_key", kwargs={"uidb36": key.split("-")[0], "key": key.split("-", 1)[1]})
