"""One EVCE per data directory: a lock that the kernel gives back however a process ends."""

import fcntl
import os
from pathlib import Path
from typing import TextIO


class DirectoryInUse(Exception):
    """Another EVCE works with this directory. The message names it."""


def lock_directory(data_dir: Path, name: str) -> TextIO:
    """Hold `name`.lock of a directory until the returned file is closed. Raises DirectoryInUse."""
    path = data_dir / f"{name}.lock"
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = file.read().strip() or "unknown"
        file.close()
        raise DirectoryInUse(
            f"Another EVCE (process {holder}) already works with the data directory {data_dir}. "
            "Stop it first, or set EVCE_DATA_DIR to another directory."
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
