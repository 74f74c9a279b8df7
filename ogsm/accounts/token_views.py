"""The tokens on the profile page: made, shown once, revoked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ogsm.request import Request

from .token_forms import TokenForm
from .token_models import ApiToken

PLACE = "/accounts/profile/#tokens"


def token_lines(user: Any, on: dt.date) -> list[dict[str, Any]]:
    """The person's tokens as the profile shows them, the newest first. One query."""
    return [{"token": token, "is_expired": token.is_expired(on)} for token in user.api_tokens.all()]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def token_make(request: Request) -> HttpResponse:
    """A new token. The answer is the one page that ever shows its secret: it is not stored, nor sent again."""
    form = TokenForm(request.POST if request.method == "POST" else None, on=request.on)
    if form.is_valid():
        try:
            token, secret = ApiToken.make(request.user, **form.cleaned_data, at=request.at)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return render(request, "accounts/token_made.html", {"token": token, "secret": secret})
    return render(request, "accounts/token_make.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def token_revoke(request: Request, token_id: int) -> HttpResponse:
    """It stops at once. Revoking twice, or somebody else's, changes nothing and says nothing."""
    known = request.user.api_tokens.filter(pk=token_id) if token_id <= BigIntegerField.MAX_BIGINT else ()
    for token in known:
        token.revoke(by=request.user, at=request.at)
        messages.success(request, _("‘%(name)s’ no longer opens anything.") % {"name": token.name})
    return redirect(PLACE)
