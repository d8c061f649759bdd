"""Users in the Django admin: administrators only; the last administrator stays (ROL-5)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.models import Role, User
from journal.records import Said
from journal.services import write_entry

admin.site.unregister(Group)
admin.site.site_title = "EVCE"
admin.site.site_header = _("EVCE configuration")
admin.site.index_title = _("Configuration")


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]  # Django's own takes no [User]: TypeError
    class Meta:
        model = User
        fields = ("username", "role", "language")

    # Every user has a password here: there is no other way to log in.
    usable_password = None  # type: ignore[assignment]  # None is how Django drops an inherited form field


class ChangedUserForm(UserChangeForm):  # type: ignore[type-arg]  # Django's own takes no [User]: TypeError
    class Meta:
        model = User
        fields = ("username", "role", "language", "is_active", "password")

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        stays_admin = self.cleaned_data.get("role") == Role.ADMIN and self.cleaned_data.get("is_active")
        saved = User.objects.filter(pk=self.instance.pk).first()
        if saved and services.is_last_admin(saved) and not stays_admin:
            raise forms.ValidationError(services.last_admin_sentence(), code=services.LAST_ADMIN)
        return data


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]  # Django's own takes no [User]: TypeError
    form = ChangedUserForm
    add_form = NewUserForm
    list_display = ("username", "role", "language", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("username",)
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "role", "language", "is_active")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "role", "language", "password1", "password2")}),)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj is not None and services.is_last_admin(obj))

    def save_model(
        self,
        request: HttpRequest,
        obj: User,
        form: "forms.ModelForm[User]",  # Django's signature
        change: bool,
    ) -> None:
        services.save_user(user=obj)
        code = "user_changed" if change else "user_added"
        _note(request, code, {"name": obj.username, "role": obj.role})

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        self._delete(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._delete(request, list(queryset))

    def _delete(self, request: HttpRequest, users: list[User]) -> None:
        try:
            services.delete_users(users=users)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return
        _note(request, "users_deleted", {"names": [user.username for user in users]})


def _note(request: HttpRequest, code: str, params: dict[str, Any]) -> None:
    message = Said(code, {"by": request.user.get_username(), **params})
    write_entry(kind="security", subtype="users", message=message)
