"""What is mailed to who comes into a plan: a link to choose a password, or word of it to who has one. Both go through
the outbox; the link is made when its mail is sent, and is stored nowhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import translation

from ogsm.accounts.models import User
from plans.invitation_models import Standing
from plans.models import Invitation, Membership
from updates.models import OutgoingMail
from updates.outbox import Letter, composer, queue_letters, send_soon, when_sent, whole


def mail_joining(
    *, invitations: Iterable[Invitation] = (), added: Iterable[Membership] = (), by: User, at: dt.datetime
) -> None:
    """Into the outbox, in the transaction that gives the reason; they go out right after it. In the reader's own
    language, or in the one in use now, which is that of who invites. Two queries, however many they are."""
    said = {"language": translation.get_language()}
    links = [
        Letter(f"invitation-{one.pk}-{one.number}", one.user, {**said, "invitation": one.pk, "number": one.number})
        for one in invitations
    ]
    words = [Letter(f"member-{one.pk}-added", one.user, {**said, "membership": one.pk, "by": by.pk}) for one in added]
    queue_letters(links, template="invitation", at=at)
    queue_letters(words, template="member_added", at=at)
    send_soon(*(letter.occasion for letter in [*links, *words]))


@composer("invitation")
def invitation_mail(mail: OutgoingMail, at: dt.datetime) -> dict[str, Any] | None:
    """Nothing for a link that has been renewed, used or withdrawn since."""
    found = Invitation.objects.select_related("plan", "user", "invited_by").filter(pk=mail.facts["invitation"]).first()
    if found is None or found.standing(at, mail.facts["number"]) != Standing.OPEN:
        return None
    return {**_known(found.invited_by, found.plan), "invitation": found, "url": whole(found.path)}


@when_sent("invitation")
def note_that_it_was_mailed(mail: OutgoingMail, at: dt.datetime) -> None:
    for invitation in Invitation.objects.filter(pk=mail.facts["invitation"], number=mail.facts["number"]):
        invitation.change(by=invitation.invited_by, at=at, mailed_at=at)


@composer("member_added")
def member_added_mail(mail: OutgoingMail, at: dt.datetime) -> dict[str, Any] | None:
    """Nothing for who is no longer a member."""
    membership = Membership.objects.select_related("plan").filter(pk=mail.facts["membership"]).first()
    by = User.objects.filter(pk=mail.facts["by"]).first()
    if membership is None or by is None:
        return None
    return {**_known(by, membership.plan), "url": whole(membership.plan.get_absolute_url())}


def _known(by: User, plan: Any) -> dict[str, Any]:
    return {"inviter": str(by), "plan": str(plan), "reply_to": by.email}
