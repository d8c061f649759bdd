"""What control says in the journal: the events of the engine, and why a connector has its setpoint."""

from django.utils.translation import gettext as _

from control.sentences import EVENTS, REASONS
from journal.wording import register, sentence

register(EVENTS)
register(REASONS, inside=True)
register(
    {
        "put_back": sentence(lambda: _("Connector %(number)s is put back into service by %(by)s.")),
        "wiring_right": sentence(lambda: _("The meter is wired right now, says %(by)s: it is believed again.")),
    }
)
