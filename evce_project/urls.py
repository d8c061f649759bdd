from django.contrib import admin
from django.urls import include, path

from evce_project.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("accounts.urls")),
    path("admin/", admin.site.urls),
]
