"""One module per action that stations send. Pure translations: `receive(caller, payload) -> reply`."""

from gateway.inbound import (
    authorize,
    boot_notification,
    data_transfer,
    diagnostics_status_notification,
    firmware_status_notification,
    heartbeat,
    meter_values,
    start_transaction,
    status_notification,
    stop_transaction,
)
from gateway.protocol.replies import Handler

ROUTES: dict[str, Handler] = {
    "Authorize": authorize.receive,
    "BootNotification": boot_notification.receive,
    "DataTransfer": data_transfer.receive,
    "DiagnosticsStatusNotification": diagnostics_status_notification.receive,
    "FirmwareStatusNotification": firmware_status_notification.receive,
    "Heartbeat": heartbeat.receive,
    "MeterValues": meter_values.receive,
    "StartTransaction": start_transaction.receive,
    "StatusNotification": status_notification.receive,
    "StopTransaction": stop_transaction.receive,
}

UNINSTALLED = frozenset({"BootNotification", "Heartbeat", "StatusNotification", "DataTransfer"})
"""What a station that nobody installed gets an answer to. It keeps its records of charges and tries again."""

QUIET = frozenset({"Heartbeat", "MeterValues"})
"""Not in the journal (STA-9)."""
