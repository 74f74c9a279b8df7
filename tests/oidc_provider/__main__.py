"""python -m tests.oidc_provider PORT REDIRECT…: makes its database and serves until it is ended."""

import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.oidc_provider.settings"
CLIENT_ID, CLIENT_SECRET, PASSWORD = "ogsm", "a-secret-between-machines", "at-the-provider"


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


def main(port, redirects):
    django.setup()
    call_command("migrate", verbosity=0)
    from django.conf import settings
    from django.contrib.auth.models import User
    from oauth2_provider.models import Application

    for name in settings.PEOPLE:
        User.objects.create_user(name, password=PASSWORD)
    Application.objects.create(
        client_id=CLIENT_ID, client_secret=CLIENT_SECRET, name="OGSM", redirect_uris=" ".join(redirects),
        client_type="confidential", authorization_grant_type="authorization-code", algorithm="RS256",
        skip_authorization=True,
    )  # fmt: skip
    server = make_server("127.0.0.1", port, get_wsgi_application(), handler_class=Quiet)
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
