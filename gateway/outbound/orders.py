"""What control asks of a station besides limits, as calls."""

from engine.commands import Action, Order
from gateway.outbound import change_availability, remote_stop_transaction, trigger_message
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
        case Action.STOP:
            if order.transaction is None:
                raise ValueError("a stop needs a transaction")
            return remote_stop_transaction.build(order.transaction)
