"""Transactions as the gateway writes them; each function is a batch handler of `common.writer`."""

from transactions.closing import close_missing_stops
from transactions.sampling import record_samples
from transactions.starting import start_transactions
from transactions.stopping import stop_transactions

__all__ = ["close_missing_stops", "record_samples", "start_transactions", "stop_transactions"]
