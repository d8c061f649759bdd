"""Included at the root of the site."""

from django.urls import path
from django.views.decorators.cache import cache_control
from django.views.generic import RedirectView
from django.views.i18n import JavaScriptCatalog

from accounts import views
from accounts.permissions import login_not_required

app_name = "accounts"
urlpatterns = [
    path("first-start/", views.first_start_page, name="first-start"),
    path("login/", views.LoginView.as_view(), name="login"),
    # The admin's own log-in page would be a second door beside the throttled one.
    path("admin/login/", login_not_required(RedirectView.as_view(pattern_name="accounts:login", query_string=True))),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("account/password/", views.PasswordView.as_view(), name="password"),
    path("account/language/", views.language, name="language"),
    path("language/", views.set_language, name="set-language"),
    path(
        "jsi18n/",
        login_not_required(cache_control(private=True, max_age=600)(JavaScriptCatalog.as_view())),
        name="js-strings",
    ),
]
