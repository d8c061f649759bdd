"""What control asks besides limits."""

import pytest

from engine.commands import Action, Order
from gateway.outbound import orders
from gateway.protocol import schema


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (Action.MEASURE, ("TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 2})),
        (Action.STOP, ("RemoteStopTransaction", {"transactionId": 77})),
        (Action.DISABLE, ("ChangeAvailability", {"connectorId": 2, "type": "Inoperative"})),
    ],
)
def test_each_order_is_a_call_that_fits_the_schema(action: Action, said: tuple[str, dict[str, object]]) -> None:
    request = orders.build(Order(station=1, connector=3, number=2, action=action, transaction=77))
    assert (request.action, request.payload) == said
    assert schema.fits(request.action, request.payload)


def test_a_stop_without_a_transaction_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="transaction"):
        orders.build(Order(station=1, connector=3, number=2, action=Action.STOP))
