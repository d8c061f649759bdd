"""What control says in the journal: the events of the engine, and why a connector has its setpoint."""

from django.utils.translation import gettext as _

from control.sentences import EVENTS, REASONS
from journal.wording import register, sentence

register(EVENTS)
register(REASONS, inside=True)
register(
    {
        "put_back": sentence(lambda: _("Connector %(number)s is put back into service by %(by)s.")),
        "control_failing": sentence(
            lambda: _(
                "Control fails: charging points keep their last setpoints, and fall back to their degraded current. "
                "It is started again by itself; if this alarm stays, look at the log of EVCE."
            )
        ),
        "control_rebuilt": sentence(
            lambda: _("Control failed for several seconds; it begins again from what is stored.")
        ),
        "control_ended": sentence(lambda: _("Control fails again and again; EVCE ends to be started anew.")),
        "wiring_right": sentence(lambda: _("The meter is wired right now, says %(by)s: it is believed again.")),
    }
)
