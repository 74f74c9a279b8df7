"""Every address. Below /plans/<plan_id>/ everything starts with that plan's membership (plans.access)."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from plans.views.invitations import invitation_accept

from . import health, operations, removal_views
from .sign_in import oidc_views

# Sign-in to the administration goes the same way as everybody's: throttled, and with a second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler429 = "ogsm.limits.too_many_tries"
handler400 = "ogsm.failures.bad_request"
handler500 = "ogsm.failures.server_error"

urlpatterns = [
    path("plans/<int:plan_id>/", include("actions.urls")),  # first, since they are tried in this order: asked most
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("operations/", operations.operations, name="operations"),
    path("operations/try-again/", operations.operations_try_again, name="operations_try_again"),
    path("api/", include("ogsm.api.urls")),
    path("accounts/invitation/<str:token>/", invitation_accept, name="invitation_accept"),
    path("accounts/profile/remove/", removal_views.profile_remove, name="profile_remove"),
    path("accounts/people/<int:user_id>/remove/", removal_views.person_remove, name="person_remove"),
    path("accounts/", include("ogsm.accounts.urls")),
    path("accounts/oidc/<slug:provider_id>/login/", oidc_views.openid_connect_login, name="openid_connect_login"),
    path(
        "accounts/oidc/<slug:provider_id>/login/callback/",
        oidc_views.openid_connect_callback,
        name="openid_connect_callback",
    ),
    path("accounts/", include("ogsm.accounts.signin_urls")),
    path("", include("updates.urls")),
    path("plans/new/", include("ogsm.exchange.plan_json.urls")),
    path("plans/", include("plans.urls")),
    path("plans/new/", include("ogsm.exchange.new_urls")),
    path("plans/<int:plan_id>/", include("ogsm.exchange.urls")),
]

if "debug_toolbar" in settings.INSTALLED_APPS:
    urlpatterns.append(path("__debug__/", include("debug_toolbar.urls")))
if "django_browser_reload" in settings.INSTALLED_APPS:
    urlpatterns.append(path("__reload__/", include("django_browser_reload.urls")))
