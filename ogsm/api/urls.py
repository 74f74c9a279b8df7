"""One address for all of /api/v1/: the addresses below it are the API's own, which is only imported when it is used."""

from django.urls import path

from . import views

app_name = "api"

urlpatterns = [
    path("", views.api_page, name="api_page"),
    path("v1/", views.v1, name="v1_root"),
    path("v1/<path:address>", views.v1, name="v1"),
]
