"""Who is restarted with a child that ended."""

from enum import Enum


class Strategy(Enum):
    """Who is stopped, last first, and started again, in order, when a child has to come back."""

    ONE_FOR_ONE = "one_for_one"
    """The child."""
    ONE_FOR_ALL = "one_for_all"
    """All."""
    REST_FOR_ONE = "rest_for_one"
    """The child and those started after it."""
