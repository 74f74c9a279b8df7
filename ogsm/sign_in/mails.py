"""The mail with which a forgotten password is replaced: through the outbox like every other, so that no page waits for
a mail server, and one that was away gets it later. Its link is made when it is sent and is stored nowhere."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils import timezone, translation

from ogsm.accounts import adapter
from updates.models import OutgoingMail
from updates.outbox import composer, queue, send_soon, whole

RESET = "account/email/password_reset_key"


class Adapter(adapter.Adapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix != RESET:
            super().send_mail(template_prefix, email, context)
            return
        at = timezone.now()
        occasion = f"password-reset-{at:%Y%m%dT%H%M%S.%f}"  # asking again is another mail
        facts = {"language": translation.get_language()}
        queue(occasion=occasion, user=context["user"], template="password_reset", facts=facts, at=at)
        send_soon(occasion)


@composer("password_reset")
def password_reset_mail(mail: OutgoingMail, at: dt.datetime) -> dict[str, Any]:
    key = default_token_generator.make_token(mail.user)
    known = {"uidb36": user_pk_to_url_str(mail.user), "key": key}
    return {"url": whole(reverse("account_reset_password_from_key", kwargs=known))}
