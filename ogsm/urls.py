"""Every address. Below /plans/<plan_id>/ everything starts with that plan's membership (plans.access)."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from . import http

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # throttled, with second factor

urlpatterns = [
    path("healthz", http.healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("ogsm.accounts.urls")),
    path("accounts/", include("ogsm.accounts.signin_urls")),
]

if settings.DEBUG:
    from importlib.util import find_spec

    if find_spec("debug_toolbar"):
        urlpatterns.append(path("__debug__/", include("debug_toolbar.urls")))
    if find_spec("django_browser_reload"):
        urlpatterns.append(path("__reload__/", include("django_browser_reload.urls")))
