"""Every page. Who may open which is marked at the view (`accounts.permissions`); unmarked means administrators."""

from django.contrib import admin
from django.urls import include, path

from evce_project.health import healthz
from evce_project.status_bar import fragment

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("status-bar/", fragment, name="status-bar"),
    path("", include("accounts.urls")),
    path("", include("dashboard.urls")),
    path("admin/", admin.site.urls),
]
