from gateway.inbound import data_transfer
from tests.gateway.inbound.callers import a_caller


def test_no_vendor_is_known() -> None:
    assert data_transfer.receive(a_caller(), {"vendorId": "X", "data": "{"}).payload == {"status": "UnknownVendorId"}
