"""What is said of users and their log-ins in the journal."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.choices import Role
from journal.wording import Params, fill, register, sentence


def _user_added(params: Params) -> str:
    return fill(_("%(by)s added the user %(name)s (%(role)s)."), _with_role(params))


def _user_changed(params: Params) -> str:
    return fill(_("%(by)s changed the user %(name)s (%(role)s)."), _with_role(params))


def _with_role(params: Params) -> Params:
    labels = dict(Role.choices)
    role = str(params.get("role"))
    return {**params, "role": labels.get(role, role)}


def _users_deleted(params: Params) -> str:
    names = params.get("names") or []
    message = ngettext("%(by)s deleted the user %(names)s.", "%(by)s deleted the users %(names)s.", len(names))
    return fill(message, {**params, "names": ", ".join(map(str, names))})


register(
    {
        "user_added": _user_added,
        "user_changed": _user_changed,
        "users_deleted": _users_deleted,
        "password_changed": sentence(lambda: _("%(name)s changed their password.")),
        "first_users": sentence(lambda: _("The first users were created from %(address)s.")),
        "login_failed": sentence(lambda: _("Log-in failed for “%(name)s” from %(address)s.")),
    }
)
