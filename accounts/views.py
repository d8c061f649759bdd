"""Log-in, log-out, own password and language, and the first start."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, views
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import first_start, services
from accounts.forms import FirstStartForm, LanguageForm, LoginForm, OwnPasswordForm
from accounts.models import Language, User
from accounts.permissions import login_not_required, operator_required
from journal.records import Said
from journal.services import write_entry


@method_decorator(login_not_required, name="dispatch")
class LoginView(views.LoginView):
    form_class = LoginForm
    template_name = "accounts/login.html"
    redirect_authenticated_user = True


@method_decorator(login_not_required, name="dispatch")
class LogoutView(views.LogoutView):
    next_page = "accounts:login"


@method_decorator(operator_required, name="dispatch")
class PasswordView(views.PasswordChangeView):
    form_class = OwnPasswordForm
    template_name = "accounts/password.html"
    success_url = reverse_lazy("accounts:password")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        message = Said("password_changed", {"name": form.user.username})
        write_entry(kind="security", subtype="password", message=message)
        messages.success(self.request, _("Your password was changed. Your other sessions were ended."))
        return response


@operator_required
@require_http_methods(["GET", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    form = LanguageForm(request.POST or None, initial={"language": user.language})
    if not form.is_valid():
        return render(request, "accounts/language.html", {"form": form})
    services.change_language(user=user, language=form.cleaned_data["language"])
    with translation.override(user.language):
        messages.success(request, _("The language was changed."))
    return _remembering(redirect("accounts:language"), user.language)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The choice on the pages before log-in; kept in a cookie."""
    wanted = request.POST.get("language", "")
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("accounts:login")
    response = HttpResponseRedirect(target)
    return _remembering(response, wanted) if wanted in Language.values else response


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def first_start_page(request: HttpRequest) -> HttpResponse:
    """Makes the first users, logs the administrator in; gone (302 to the log-in) once they exist."""
    if not first_start.is_open():
        return redirect("accounts:login")
    form = FirstStartForm(
        request.POST or None,
        address=str(request.META.get("REMOTE_ADDR", "")),
        initial={"language": translation.get_language()},
    )
    if form.is_valid() and (done := _finish_first_start(request, form)):
        return done
    return render(request, "accounts/first_start.html", {"form": form})


def _finish_first_start(request: HttpRequest, form: FirstStartForm) -> HttpResponse | None:
    data = form.cleaned_data
    fields = ("admin_name", "admin_password", "operator_name", "operator_password", "language")
    try:
        admin, _operator = services.create_first_users(**{name: data[name] for name in fields})
    except services.FirstStartClosedError:
        messages.error(request, _("Somebody else has just created the first users. Please log in."))
        return redirect("accounts:login")
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None
    first_start.forget_code()
    message = Said("first_users", {"address": form.address})
    write_entry(kind="security", subtype="first_start", message=message)
    login(request, admin, backend=settings.AUTHENTICATION_BACKENDS[0])
    return _remembering(redirect(settings.LOGIN_REDIRECT_URL), data["language"])


def _remembering(response: HttpResponse, chosen: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 86_400,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
