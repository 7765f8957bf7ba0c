"""The server's side of EPP without input and output: data units in, requests out, and back.

It shares the framing with the client's side (`protocols.epp.framing`) and nothing else: what reads
a command here was not written by what wrote it there.
"""

from protocols.epp_server.answers import Greeting, QueueNotice, Response
from protocols.epp_server.problem import CommandError, Culprit, Problem, refusal
from protocols.epp_server.reader import read_request
from protocols.epp_server.requests import Command, Request, Unreadable
from protocols.epp_server.result_code import ResultCode
from protocols.epp_server.writer import write_greeting, write_response

__all__ = [
    "Command",
    "CommandError",
    "Culprit",
    "Greeting",
    "Problem",
    "QueueNotice",
    "Request",
    "Response",
    "ResultCode",
    "Unreadable",
    "read_request",
    "refusal",
    "write_greeting",
    "write_response",
]
