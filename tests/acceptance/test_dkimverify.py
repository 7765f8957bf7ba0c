"""Mails that we write and sign, given to dkimpy's command `dkimverify`.

The command asks the resolver of the machine. Here it runs as it is, in a process of its own, with
its resolver pointed at a name server of the test that knows the records of our keys.
"""

import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import cast

import dns.message
import dns.rrset
import pytest

from protocols.dkim import Signer, record_strings
from protocols.mime import (
    Attachment,
    Bodies,
    Header,
    InlineImage,
    Mailbox,
    Personal,
    Skeleton,
    Unsubscribe,
)
from tests.protocols.dkim.keys import SIGNED_AT, identities, records
from tests.protocols.mime.mails import ADA, NEWS

pytestmark = pytest.mark.acceptance

WITHIN_S = 40.0
COMMAND = """
import sys, dns.resolver
resolver = dns.resolver.Resolver(configure=False)
resolver.nameservers, resolver.port = ["127.0.0.1"], int(sys.argv.pop(1))
dns.resolver.default_resolver = resolver
from dkim.dkimverify import main
main()
"""
PICTURE = InlineImage("logo@example.com", "image/png", b"\x89PNG" * 100, "l\u00f6go.png")
FILE = Attachment("Gesch\u00e4ftsbericht \U0001f4c8.pdf", "application/pdf", bytes(range(256)) * 9)
SHAPES = {
    "text": (Bodies.TEXT, (), ()),
    "html": (Bodies.HTML, (), ()),
    "both": (Bodies.TEXT_AND_HTML, (), ()),
    "pictures": (Bodies.TEXT_AND_HTML, (PICTURE,), ()),
    "files": (Bodies.TEXT_AND_HTML, (PICTURE, PICTURE), (FILE, FILE)),
}
TEXT = "Gr\u00fc\u00dfe,  Ada \t\n.\n..\nFrom here on =\n" + "x" * 2000 + "\n\n\n"
HTML = "<p>\n\t<b>\u65e5\u672c\u8a9e \U0001f389</b>  </p>\n" * 60


class NameServer(socketserver.BaseRequestHandler):
    """Answers TXT queries for the records of the tests' keys."""

    records = records(*identities())

    def handle(self) -> None:
        octets, socket = self.request
        query = dns.message.from_wire(octets)
        question = query.question[0]
        text = self.records[question.name.to_text(omit_final_dot=True)]
        strings = " ".join(f'"{each}"' for each in record_strings(text))
        answer = dns.message.make_response(query)
        answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", "TXT", strings))
        socket.sendto(answer.to_wire(), self.client_address)


@pytest.fixture(scope="module")
def name_server() -> Iterator[int]:
    """The port of a running name server."""
    with socketserver.UDPServer(("127.0.0.1", 0), NameServer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield cast("tuple[str, int]", server.server_address)[1]
        server.shutdown()
        thread.join()


def signed_mail(shape: str) -> bytes:
    bodies, images, files = SHAPES[shape]
    skeleton = Skeleton(
        sender=Mailbox(NEWS.address, "N\u00e9ws \U0001f4f0"),
        seed=shape,
        bodies=bodies,
        reply_to=NEWS,
        headers=[Header("List-Id", "News <news.example.com>"), Header("Feedback-ID", "1:news")],
        inline_images=images,
        attachments=files,
    )
    mail = skeleton.fill(
        Personal(
            recipient=Mailbox(ADA, "Ada \u201cthe first\u201d Lovelace, " * 3),
            subject="Ein langer Betreff mit Gr\u00fc\u00dfen \U0001f389 " * 4,
            message_id="1.2@example.com",
            sent_at=SIGNED_AT,
            text=None if bodies is Bodies.HTML else TEXT,
            html=None if bodies is Bodies.TEXT else HTML,
            unsubscribe=Unsubscribe("https://example.com/u/" + "t" * 90, "mailto:u@example.com"),
            headers=[Header("X-Attempt", "01J")],
        )
    )
    signer = Signer(identities(), constant_fields=skeleton.constant_fields)
    return mail.encoded(before=signer.sign(mail.fields, mail.body, signed_at=SIGNED_AT))


def dkimverify(mail: bytes, *, port: int, index: int) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", COMMAND, str(port), "--index", str(index)],
        check=False,
        input=mail,
        capture_output=True,
        timeout=WITHIN_S,
    )


@pytest.mark.parametrize("index", [0, 1], ids=["rsa", "ed25519"])
@pytest.mark.parametrize("shape", SHAPES)
def test_dkimverify_takes_both_signatures_of_every_shape_of_mail(
    shape: str, index: int, name_server: int
) -> None:
    said = dkimverify(signed_mail(shape), port=name_server, index=index)
    assert said.stdout == b"signature ok\n", said.stderr.decode()
    assert said.returncode == 0


@pytest.mark.parametrize("index", [0, 1], ids=["rsa", "ed25519"])
def test_dkimverify_refuses_a_mail_that_was_given_another_sender(
    index: int, name_server: int
) -> None:
    forged = signed_mail("both").replace(b"\r\nFrom: ", b"\r\nFrom: x@example.net\r\nFrom: ", 1)
    said = dkimverify(forged, port=name_server, index=index)
    assert said.returncode == 1
    assert said.stdout == b"signature verification failed\n", said.stderr.decode()
