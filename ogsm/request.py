"""The request as our views get it: signed in, and with what the middleware adds.

For annotations only; at run time it is Django's own.
"""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from ogsm.accounts.models import User


class Request(HttpRequest):
    user: User  # LoginRequiredMiddleware lets nobody else in
    at: dt.datetime
    on: dt.date
    htmx: HtmxDetails
