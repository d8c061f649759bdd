"""Uses the newer SQLite of the `pysqlite3` package where Python's own is older.

SQLite 3.7.0 to 3.51.2 can lose a commit of a WAL database that two connections write at the same moment.
"""

import sys
import warnings

SOUND = (3, 51, 3)


def use_newest() -> None:
    """Must run before Django imports `sqlite3`."""
    import sqlite3

    version = sqlite3.sqlite_version_info
    try:
        import pysqlite3
    except ImportError:
        pass
    else:
        if pysqlite3.sqlite_version_info > version:
            version = pysqlite3.sqlite_version_info
            sys.modules["sqlite3"] = pysqlite3
            sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
    if version < SOUND:
        found = ".".join(map(str, version))
        warnings.warn(f"SQLite {found} is older than 3.51.3 and can lose data; install pysqlite3.", stacklevel=2)
