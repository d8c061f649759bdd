"""What control asks of a station besides limits, as calls."""

from engine.commands import Action, Order, Target
from gateway.outbound import (
    change_availability,
    clear_charging_profile,
    remote_stop_transaction,
    set_charging_profile,
    trigger_message,
)
from gateway.outbound.request import Request


def build(order: Order) -> Request:
    """ValueError for a stop without a transaction."""
    match order.action:
        case Action.MEASURE:
            return trigger_message.build("MeterValues", order.number)
        case Action.CLOCK:
            return trigger_message.build("Heartbeat")
        case Action.DISABLE:
            return change_availability.build(order.number, operative=False)
        case Action.ENABLE:
            return change_availability.build(order.number, operative=True)
        case Action.RELEASE:
            profile = set_charging_profile.id_of(order.number, Target.HOLD)
            return clear_charging_profile.build(profile=profile)
        case Action.STOP:
            if order.transaction is None:
                raise ValueError("a stop needs a transaction")
            return remote_stop_transaction.build(order.transaction)
