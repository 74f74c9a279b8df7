"""Removing somebody's account: the person goes, what the organisation decided and did stays readable.

See docs/decisions/11-account-removal.md for what goes and what stays.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ogsm.accounts.models import User
from plans.models import Membership, Plan
from plans.services import member_remove, work_in_words

# Rows that would go with the person's own row, and stay because they say what happened in a plan or installation.
KEPT = {"plans.Membership", "plans.Invitation", "plans.StandIn", "actions.Action_involved", "admin.LogEntry"}


@dataclass(frozen=True)
class InTheWay:
    """What has to be handed over in one plan first; in words."""

    plan: Plan
    membership: Membership
    work: list[str]


def in_the_way(user: User) -> list[InTheWay]:
    """The plans that would be left without an owner, or with work of nobody. Seven queries for each open plan."""
    found = []
    for membership in _open_memberships(user):
        plan = membership.plan
        work = work_in_words(plan).get(user.pk, [])
        others = plan.memberships.filter(role=Membership.Role.OWNER).exclude(pk=membership.pk)
        if membership.role == Membership.Role.OWNER and not others.exists():
            work = [_("its only owner"), *work]
        if work:
            found.append(InTheWay(plan, membership, work))
    return found


def is_last_superuser(user: User) -> bool:
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    return user.is_superuser and not others.exists()


@transaction.atomic
def account_remove(user: User, *, by: User, at: dt.datetime) -> None:
    """Takes the person out of every open plan and forgets who they were. ValidationError while there is something to
    hand over. Cannot be undone. The person's row is locked: nobody signs in meanwhile."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.removed_at:
        raise ValidationError(_("This account is removed already."), code="removed")
    if is_last_superuser(user):
        raise ValidationError(_("Nobody else administers this installation. Make somebody else superuser first."))
    for membership in _open_memberships(user):
        member_remove(membership=membership, by=by, at=at)
    _forget(user)
    _rename(user, by=by, at=at)


def _open_memberships(user: User) -> list[Membership]:
    found = user.memberships.select_related("plan", "user").order_by("plan__name", "pk")
    return [membership for membership in found if membership.plan.is_open]


def _forget(user: User) -> None:
    """Deletes what is the person's alone: keys, tokens, sessions, drafts, mails. Whatever belongs to a person
    (a foreign key that cascades) is that, unless it is KEPT."""
    for relation in User._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        if not isinstance(relation, models.ForeignObjectRel) or relation.on_delete is not models.CASCADE:
            continue
        if model._meta.label not in KEPT:
            model._base_manager.filter(**{relation.field.name: user.pk}).delete()
        if hasattr(model, "history") and model._meta.app_label == "accounts":
            model.history.filter(**{relation.field.name: user.pk}).delete()


def name_of_former(number: int) -> str:
    return _("Former member %(n)d") % {"n": number}


def _rename(user: User, *, by: User, at: dt.datetime) -> None:
    """A number instead of a name, in the installation's language: it stands in every plan they took part in."""
    with translation.override(settings.LANGUAGE_CODE):
        user.name = name_of_former(user.pk)
    user.email = f"former-{user.pk}@removed.invalid"
    user.language, user.theme, user.shortcuts, user.action_columns = "", "", True, []
    user.is_active = user.is_staff = user.is_superuser = user.can_create_plans = False
    user.last_login, user.removed_at = None, at
    user.set_unusable_password()
    user.save()
    user.end_sessions()
    User.history.filter(id=user.pk).delete()
    about = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=about, object_id=str(user.pk)).update(object_repr=str(user))
