"""One EVCE per data directory."""

from pathlib import Path

import pytest

from evce_project.locks import DirectoryInUse, lock_directory


def test_a_second_holder_is_refused_in_plain_words(tmp_path: Path) -> None:
    with lock_directory(tmp_path, "evce"), pytest.raises(DirectoryInUse, match="already works with the data directory"):
        lock_directory(tmp_path, "evce")


def test_a_lock_is_free_again_when_its_holder_ends(tmp_path: Path) -> None:
    lock_directory(tmp_path, "evce").close()
    lock_directory(tmp_path, "evce").close()


def test_a_file_left_by_a_killed_process_locks_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "evce.lock").write_text("4242")
    with lock_directory(tmp_path, "evce"):
        assert (tmp_path / "evce.lock").read_text() != "4242"
