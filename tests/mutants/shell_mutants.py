"""Faults around the engine: rows and leases of control, the wire, records, clocks."""

from tests.mutants.mutant import Mutant, Patch

CONDUCTOR, RUNTIME, LEASE = "control/conductor.py", "control/runtime.py", "control/lease.py"
PROFILE, CALLS, DISPATCHER, INBOX = (
    "gateway/outbound/set_charging_profile.py",
    "gateway/protocol/calls.py",
    "gateway/protocol/dispatcher.py",
    "gateway/protocol/inbox.py",
)
MEMORY, STARTING, STOPPING, WRITER, CLOCK = (
    "gateway/protocol/memory.py",
    "transactions/starting.py",
    "transactions/stopping.py",
    "common/writer.py",
    "common/clock.py",
)
_CALLS, _PROFILE = "tests/gateway/protocol/test_calls.py::", "tests/gateway/outbound/test_set_charging_profile.py::"
_CONDUCTOR, _RUNTIME = "tests/control/test_conductor.py::", "tests/control/test_runtime.py::"

CONTROL = (
    Mutant(
        "raise before its row",
        "S11: killed now, the next process would not know of the raise",
        (
            Patch(CONDUCTOR, "send=[w for w in done.writes if not w.durable],", "send=done.writes,"),
            Patch(CONDUCTOR, "held=[w for w in done.writes if w.durable],", "held=[],"),
        ),
        _CONDUCTOR + "test_a_raise_is_held_until_its_row_is_stored",
    ),
    Mutant(
        "row below the settle windows",
        "S11, S25: a decrease that has not settled is forgotten with the process",
        (
            Patch(
                CONDUCTOR,
                "limit_possible_ma=max(connector.limit.highest_ma, windows),",
                "limit_possible_ma=connector.limit.highest_ma,",
            ),
        ),
        "tests/control/test_rows.py::test_a_row_keeps_what_a_car_may_not_have_followed_yet",
    ),
    Mutant(
        "paused process trusted",
        "S13, F23: what a process knew before it stood still is taken for the present",
        (
            Patch(
                CONDUCTOR,
                "self._distrust_everything(now)\n        self._last_turn_at",
                "pass\n        self._last_turn_at",
            ),
        ),
        _CONDUCTOR + "test_a_process_that_was_paused_asks_every_station_again",
    ),
    Mutant(
        "two allocators",
        "S13: a second core takes a lease that is held",
        (Patch(LEASE, "if lease.holder and lease.holder != holder and fresh:", "if False:"),),
        _RUNTIME + "test_a_second_core_is_refused_in_plain_words",
    ),
    Mutant(
        "older token goes on",
        "S13: a core whose lease was taken goes on sending",
        (Patch(RUNTIME, "if self.port is None or not self._right.holds(now):", "if self.port is None:"),),
        "tests/control/test_fencing.py::test_a_paused_core_whose_lease_was_taken_meanwhile_sends_and_stores_nothing",
    ),
)

WIRE = (
    Mutant(
        "timeout = success on the wire",
        "F4: three tries without an answer are told as accepted",
        (
            Patch(
                CALLS,
                "return ended + self._end(call, Outcome.TIMEOUT)",
                'return ended + self._end(call, Outcome.ACCEPTED, {"status": "Accepted"})',
            ),
        ),
        _CALLS + "test_a_profile_is_tried_three_times_for_five_seconds",
    ),
    Mutant(
        "CALLERROR = success on the wire",
        "F5: a CALLERROR is told as accepted",
        (Patch(DISPATCHER, "Outcome.ERROR, {}, why)", 'Outcome.ACCEPTED, {"status": "Accepted"}, why)'),),
        _CALLS + "test_the_answers_of_a_station_are_different_outcomes",
    ),
    Mutant(
        "late answer believed",
        "F4: an answer to an older write is taken for the newer one's",
        (
            Patch(
                CALLS,
                "if call.key is not None and self._last_sent.get(call.key) is not call:",
                "if False:",
            ),
        ),
        _CALLS + "test_a_late_answer_says_nothing_once_a_newer_write_left",
    ),
    Mutant(
        "ceil instead of floor on the wire",
        "S4: a setpoint grows by up to 0.1 A when it is encoded",
        (Patch(PROFILE, "write.limit_ma // 100 / 10", "-(-write.limit_ma // 100) / 10"),),
        _PROFILE + "test_the_limit_is_floored_to_one_decimal",
    ),
    Mutant(
        "lease without expiry",
        "S21: a setpoint above the share outlives the loss of EVCE",
        (
            Patch(
                PROFILE,
                'schedule["duration"] = int(HEADWAY.total_seconds()) + write.lease_s',
                "pass",
            ),
        ),
        _PROFILE + "test_a_lease_starts_in_the_past_and_ends_when_it_should",
    ),
)

RECORDS = (
    Mutant(
        "ack before commit",
        "T1: a record that was answered for is lost with the power",
        (
            Patch(
                WRITER,
                "    _perform(group)\n            self._recovered()",
                "    _perform(group)\n                self._report(list(jobs))\n            self._recovered()",
            ),
            Patch(
                WRITER,
                "                self._commit(jobs)\n                self._report(jobs)",
                "                self._commit(jobs)",
            ),
        ),
        "tests/common/test_writer.py::test_done_is_called_when_the_transaction_has_ended",
    ),
    Mutant(
        "answer before the store",
        "T1: a StopTransaction is answered when it came, not when it is stored",
        (
            Patch(
                INBOX,
                "        self._waiting[self._context.store(hold.kind, hold.payload)] = (call, hold)\n",
                "        token = self._context.store(hold.kind, hold.payload)\n"
                "        if hold.kind is Kind.STOP:\n"
                "            self._context.send(build_result(call.unique_id, {}))\n"
                "        else:\n"
                "            self._waiting[token] = (call, hold)\n",
            ),
        ),
        "tests/gateway/protocol/test_durability.py::test_a_stop_is_answered_after_it_is_stored",
    ),
    Mutant(
        "dedupe by messageId",
        "T2: a StartTransaction that is sent again under a new id becomes a second transaction",
        (Patch(STARTING, "known = _already_stored(drafts)", "known: dict[tuple[object, ...], Transaction] = {}"),),
        "tests/transactions/test_starting.py::test_the_same_start_again_gets_the_same_number",
    ),
    Mutant(
        "dedupe by messageId in memory",
        "T2, in the store that the simulation runs on",
        (
            Patch(
                MEMORY,
                "same = next((c for c in self.charges.values() if c.key == draft.key), None)",
                "same: Charge | None = None",
            ),
        ),
        "tests/gateway/test_stores.py::test_the_same_start_has_the_same_number",
    ),
    Mutant(
        "stop not owner-checked",
        "T3: a station ends the transaction of another one",
        (Patch(STOPPING, "if row.box_identity != station.box_identity:", "if False:"),),
        "tests/transactions/test_stopping.py::test_a_station_cannot_stop_another_stations_transaction",
    ),
    Mutant(
        "stop not owner-checked in memory",
        "T3, in the store that the simulation runs on",
        (Patch(MEMORY, "if charge is None or charge.station != request.station:", "if charge is None:"),),
        "tests/gateway/test_stores.py::test_a_stop_of_a_foreign_or_unknown_transaction_changes_nothing",
    ),
)

CLOCKS = (
    Mutant(
        "wall-clock timers",
        "S14, F33: a step of the wall clock moves leases, settle windows and time-outs",
        (Patch(CLOCK, "return time.clock_gettime(_STEADY)", "return time.time()"),),
        "tests/common/test_clock.py::test_control_does_not_notice_a_step_of_the_wall_clock",
    ),
)

SHELL = (*CONTROL, *WIRE, *RECORDS, *CLOCKS)
