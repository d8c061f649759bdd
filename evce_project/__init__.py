from evce_project.sqlite_version import use_newest

use_newest()
