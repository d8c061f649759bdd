"""Faults in what an edit of the configuration leaves in doubt (S12)."""

from tests.mutants.mutant import Mutant, Patch

_CONNECTOR, _MODEL, _SITE = "engine/connector.py", "engine/model.py", "engine/site_facts.py"
_EDITS, _ROWS = "tests/engine/test_edits.py::", "tests/control/test_rows.py::"
_SILENT = _EDITS + "test_a_silent_station_keeps_what_it_had_before_the_edit"

EDITS = (
    Mutant(
        "lower rating counts at once",
        "S12: a station goes on at what it acknowledged under the larger rating",
        (
            Patch(
                _CONNECTOR,
                "return max(self.config.rating_ma, *(place.rating_ma for place in self.former))",
                "return self.config.rating_ma",
            ),
        ),
        _SILENT + "[lower_the_rating]",
    ),
    Mutant(
        "zone hung elsewhere leaves its old root at once",
        "S12: a connector whose zone is hung below another one moves though its own zone stays the same",
        (Patch(_MODEL, "set(self.zones) <= set(other.zones)", "self.zones[:1] == other.zones[:1]"),),
        _SILENT + "[hang_its_zone_elsewhere]",
    ),
    Mutant(
        "deleted zone takes its connectors' past with it",
        "S12: the zones above one that was left and deleted still bear what its connectors draw",
        (
            Patch(
                "engine/ledger.py",
                "for zone in place.zones if zone in index for line",
                "for zone in place.zones if place.zones[0] in index for line",
            ),
        ),
        _SILENT + "[delete_the_zone_that_it_leaves]",
    ),
    Mutant(
        "learned lines survive a turned wiring",
        "S12, ENE-7: a line that was learned by the old wiring is another one by the new",
        (Patch(_SITE, "connector.session.lines = connector.session.pattern = None", "pass"),),
        _EDITS + "test_a_rotation_forgets_the_lines_that_were_learned_by_the_old_one",
    ),
    Mutant(
        "turned wiring taken for the same lines",
        "S12: L1L2L3 and L2L3L1 load the same lines, but not with the same terminal",
        (Patch(_MODEL, "self.wiring == other.wiring and", "set(self.wiring) == set(other.wiring) and"),),
        _EDITS + "test_after_a_rotation_both_the_old_lines_and_the_new_ones_count_until_the_station_has_answered",
    ),
    Mutant(
        "rows forget the configuration before an edit",
        "S11, S12: a restart amid an edit is no acknowledgement",
        (
            Patch(
                "control/conductor.py",
                "places=(*connector.former, connector.place),",
                "places=(connector.place,),",
            ),
        ),
        _ROWS + "test_a_restart_amid_the_edit_loses_no_doubt[lower_the_rating]",
    ),
)
