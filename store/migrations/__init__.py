"""The steps by which the tables came to their present form, run by Alembic.

Packaged with the program, so that an installed system upgrades itself without a source tree.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from certificate.errors import SettingsInvalid

# The newest step; a test compares it with the files in ``versions``.
HEAD = "0010"
FOLDER = Path(__file__).parent


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the tables behind ``connection`` to ``revision``, within its open transaction.

    Raises ``SettingsInvalid`` when the database was made by a newer version of the program.
    """
    # Alembic takes a third of a second to load and most starts of a command have nothing to migrate.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise SettingsInvalid(f"the database cannot be brought to the present form: {error}") from error
