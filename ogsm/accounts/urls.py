from django.urls import path

from . import calendar_views, token_views, views

app_name = "accounts"

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/calendar/make/", calendar_views.calendar_make, name="calendar_make"),
    path("profile/calendar/involved/", calendar_views.calendar_involved, name="calendar_involved"),
    path("profile/calendar/off/", calendar_views.calendar_off, name="calendar_off"),
    path("profile/tokens/make/", token_views.token_make, name="token_make"),
    path("profile/tokens/<int:token_id>/revoke/", token_views.token_revoke, name="token_revoke"),
]
