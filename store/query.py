"""SQL lives in files; code holds it as named values."""

from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Query:
    """One statement, with the name under which logs, errors and statistics show it."""

    name: str
    """`room/verb_noun`, the path of its file below `store/queries`."""
    text: str
    """The statement with its header comment, which tells readers what each parameter means."""


def load_query(room: str, name: str) -> Query:
    """Read `store/queries/ROOM/NAME.sql`. Raises FileNotFoundError at import when it is missing."""
    text = files("store.queries").joinpath(room, f"{name}.sql").read_text(encoding="utf-8")
    return Query(f"{room}/{name}", text)
