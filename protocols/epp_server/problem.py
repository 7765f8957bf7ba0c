"""Why a command is refused: a result code and, where one element is to blame, that element."""

from dataclasses import dataclass

from protocols.epp_server.result_code import ResultCode


@dataclass(frozen=True, slots=True)
class Culprit:
    """The element of the command that caused the refusal (RFC 5730 section 2.6, `<value>`)."""

    namespace: str
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal; `reason` is for people and goes out in `<extValue><reason>`."""

    code: ResultCode
    reason: str | None = None
    culprit: Culprit | None = None


class CommandError(Exception):
    """The command at hand is refused; caught in one place and answered.

    What carries it is `problem`. It is raised before anything was changed, or inside a transaction
    that is rolled back.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        """Build the sentence from the fields; the culprit's text stays out, it may be secret."""
        return f"{self.problem.code.value} {self.problem.reason or self.problem.code.text}"


def refusal(
    code: ResultCode, reason: str | None = None, *, culprit: Culprit | None = None
) -> CommandError:
    """Make the error that a refused command raises."""
    return CommandError(Problem(code, reason, culprit))
