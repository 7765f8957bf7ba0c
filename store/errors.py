"""What may go wrong between us and PostgreSQL, each with the fields its sentence is built from."""


class DatabaseUnreachable(Exception):
    """The database did not answer: refused, closed, starting up, shutting down, full or too slow.

    This is a state of the world and not a fault of ours: show it, back off, try again. A
    transaction that was being committed when it came may or may not have been committed.
    """

    def __init__(self, *, database: str, reason: str) -> None:
        super().__init__(database, reason)
        self.database = database
        self.reason = reason

    def __str__(self) -> str:
        return f"database {self.database} is unreachable: {self.reason}"


class PostgresFailed(Exception):
    """The embedded PostgreSQL could not be initialised, started or stopped."""

    def __init__(self, *, step: str, reason: str) -> None:
        super().__init__(step, reason)
        self.step = step
        self.reason = reason

    def __str__(self) -> str:
        return f"embedded PostgreSQL: {self.step} failed: {self.reason}"


class MigrationRefused(Exception):
    """The schema and the code do not belong together; nothing was changed."""


class MigrationChanged(MigrationRefused):
    """A migration that ran already has another text now; write a new one instead."""

    def __init__(self, *, file: str) -> None:
        super().__init__(file)
        self.file = file

    def __str__(self) -> str:
        return f"migration {self.file} was changed after it had been applied"


class DatabaseNewer(MigrationRefused):
    """A newer release has migrated this database; this one does not know its schema."""

    def __init__(self, *, number: int, known: int) -> None:
        super().__init__(number, known)
        self.number = number
        self.known = known

    def __str__(self) -> str:
        return (
            f"the database is at migration {self.number}, this release knows {self.known} at most"
        )


class MigrationMisnamed(MigrationRefused):
    """The folder of migrations has a gap, a double number or a name that is not NNNN_name.sql."""

    def __init__(self, *, folder: str, file: str) -> None:
        super().__init__(folder, file)
        self.folder = folder
        self.file = file

    def __str__(self) -> str:
        return f"migration {self.file} in {self.folder} is out of sequence or misnamed"
