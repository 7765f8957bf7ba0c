"""Whole mails, as the standard library reads them: no defect, and every value comes back."""

import random
from collections.abc import Callable
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from protocols.mime import (
    Attachment,
    Bodies,
    BodyMissing,
    ForbiddenCharacter,
    Header,
    InlineImage,
    InvalidValue,
    Mailbox,
    Personal,
    Skeleton,
    Unsubscribe,
    normalise_address,
)
from tests.protocols.mime.mails import (
    ADA,
    FORBIDDEN,
    NEWS,
    SENT_AT,
    as_newlines,
    body_texts,
    content,
    header_texts,
    personal,
    read,
    skeleton,
)

UNSUBSCRIBE = Unsubscribe("https://example.com/u/1", "mailto:u+1@example.com")
PICTURE = InlineImage("logo@example.com", "image/png", b"\x89PNG" * 40, "logo.png")
FILE = Attachment("terms.pdf", "application/pdf", bytes(range(256)))


def shown_name(mail: EmailMessage, field: str) -> str:
    """The display name of a mailbox.

    By the older of the two parsers: the newer one of Python 3.11 keeps the fold between two encoded
    words of a name as a space, against RFC 2047 section 6.2.
    """
    raw = dict(mail.raw_items())[field].replace("\r\n", "")
    return str(make_header(decode_header(parseaddr(raw)[0])))


def test_a_mail_has_every_field_once_and_in_one_order() -> None:
    frame = skeleton(
        reply_to=Mailbox(ADA), headers=[Header("Feedback-ID", "1:news"), Header("List-Id", "<n.x>")]
    )
    filled = frame.fill(personal(unsubscribe=UNSUBSCRIBE, headers=[Header("X-Attempt", "17")]))
    mail = read(filled.encoded())
    assert mail.keys() == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "X-Attempt",
        "Reply-To",
        "Feedback-ID",
        "List-Id",
        "MIME-Version",
        "Content-Type",
    ]
    assert mail["List-Unsubscribe"] == "<https://example.com/u/1>, <mailto:u+1@example.com>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Message-ID"] == "<1.2@example.com>"
    assert mail["Date"].datetime == SENT_AT
    assert mail["X-Attempt"] == "17"
    assert mail["Reply-To"] == "ada@example.org"
    assert set(frame.constant_fields) < set(filled.fields)


def test_what_stands_before_a_mail_is_written_first() -> None:
    mail = skeleton().fill(personal())
    assert mail.encoded(before=b"X: y\r\n") == b"X: y\r\n" + mail.encoded()


@given(header_texts, header_texts)
@example("", "")
@example(" ", " leading and trailing ")
@example("a" * 70, "word " * 40)
@example("Gr\u00fc\u00dfe " * 30, "\U0001f389" * 60)
def test_any_subject_and_any_tag_come_back(subject: str, tag: str) -> None:
    name = "X-" + "a" * 48
    mail = read(skeleton().fill(personal(subject=subject, headers=[Header(name, tag)])).encoded())
    assert mail["Subject"] == subject
    assert mail[name] == tag


def test_a_long_plain_subject_stays_readable_and_is_folded_at_spaces() -> None:
    subject = "A subject of plain words, " * 8 + "with an end"
    filled = skeleton().fill(personal(subject=subject))
    assert read(filled.encoded())["Subject"] == subject
    lines = filled.fields[2].split(b"\r\n")
    assert b"".join(lines) == b"Subject: " + subject.encode()
    assert len(lines) == 4
    assert max(map(len, lines)) <= 78


@given(header_texts, header_texts)
@example("Ada", "Lovelace, Ada")
@example('Ada "the first" \\ Lovelace', "ada@example.com")
@example("M\u00fcller", "\U0001f389" * 60)
def test_any_name_comes_back_with_single_spaces(sender: str, recipient: str) -> None:
    frame = skeleton(sender=Mailbox(NEWS.address, sender))
    mail = read(frame.fill(personal(recipient=Mailbox(ADA, recipient))).encoded())
    for field, name in (("From", sender), ("To", recipient)):
        assert shown_name(mail, field) == " ".join(name.split())
        assert len(mail[field].addresses) == 1
    assert mail["To"].addresses[0].addr_spec == "ada@example.org"


def test_the_longest_address_fits_behind_a_long_name() -> None:
    longest = normalise_address("a" * 64 + "@" + ".".join(["b" * 60] * 3 + ["cd"]))
    mail = read(skeleton().fill(personal(recipient=Mailbox(longest, "Ada Lovelace"))).encoded())
    assert mail["To"].addresses[0].addr_spec == str(longest)


@given(body_texts, body_texts)
@example("", "")
@example("\r\n", "\r\n\r\n")
@example(".\r\n..\r\n.hidden", "a" * 5000)
@example("trailing \t", " \n \n")
@example("\u65e5" * 500, "\U0001f389\n" * 50)
def test_both_bodies_come_back(text: str, html: str) -> None:
    mail = read(skeleton().fill(personal(text=text, html=html)).encoded())
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert content(mail, "plain") == as_newlines(text)
    assert content(mail, "html") == as_newlines(html)


@given(body_texts, st.sampled_from([Bodies.TEXT, Bodies.HTML]))
@example("", Bodies.TEXT)
@example("\u65e5" * 500, Bodies.HTML)
def test_a_body_alone_comes_back_with_its_last_line_ended(text: str, bodies: Bodies) -> None:
    kind, name = ("plain", "text") if bodies is Bodies.TEXT else ("html", "html")
    filled = skeleton(bodies=bodies).fill(personal(**({"text": None, "html": None} | {name: text})))
    mail = read(filled.encoded())
    assert mail.get_content_type() == f"text/{kind}"
    assert filled.body.endswith(b"\r\n")
    expected = as_newlines(text)
    assert content(mail, kind) == (expected if expected.endswith("\n") else expected + "\n")


@given(body_texts)
def test_no_line_of_a_body_is_longer_than_76(text: str) -> None:
    filled = skeleton(attachments=[FILE]).fill(personal(text=text, html=text))
    assert max(map(len, filled.body.split(b"\r\n"))) <= 76


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain", "quoted-printable"),
        ("Gr\u00fc\u00dfe aus M\u00fcnchen, und sonst ist alles ASCII", "quoted-printable"),
        ("\u65e5\u672c\u8a9e", "base64"),
    ],
)
def test_the_shorter_encoding_is_chosen_for_each_body(text: str, encoding: str) -> None:
    mail = read(skeleton(bodies=Bodies.TEXT).fill(personal(text=text, html=None)).encoded())
    assert mail["Content-Transfer-Encoding"] == encoding
    mail = read(skeleton().fill(personal(text=text)).encoded())
    assert [part["Content-Transfer-Encoding"] for part in mail.iter_parts()] == [
        encoding,
        "quoted-printable",
    ]


def test_images_are_with_the_html_and_files_beside_everything() -> None:
    frame = skeleton(inline_images=[PICTURE], attachments=[FILE])
    mail = read(frame.fill(personal()).encoded())
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    related = next(part for part in mail.walk() if part.get_content_type() == "multipart/related")
    assert related.get_param("type") == "text/html"
    image = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert image["Content-ID"] == "<logo@example.com>"
    assert (image.get_content_disposition(), image.get_filename()) == ("inline", "logo.png")
    assert image.get_content() == PICTURE.data
    (file,) = mail.iter_attachments()
    assert (file.get_content_disposition(), file.get_filename()) == ("attachment", "terms.pdf")
    assert file.get_content() == FILE.data


def test_images_may_be_with_an_html_body_alone() -> None:
    frame = skeleton(bodies=Bodies.HTML, inline_images=[InlineImage("a@b", "image/gif", b"GIF")])
    mail = read(frame.fill(personal(text=None)).encoded())
    assert mail.get_content_type() == "multipart/related"
    assert content(mail, "html") == "<p>Hello Ada</p>"


@given(header_texts.filter(str.strip), st.binary(max_size=400))
@example("r\u00e9sum\u00e9.pdf", b"")
@example("a" * 200 + ".pdf", b"\r\n")
@example("\U0001f389" * 60, b"x")
@example("100%.pdf", b"x")
@example('a"b\\c;d=e.pdf', b"x")
def test_any_file_name_and_any_data_come_back(filename: str, data: bytes) -> None:
    frame = skeleton(attachments=[Attachment(filename, "application/octet-stream", data)])
    mail = read(frame.fill(personal()).encoded())
    (file,) = mail.iter_attachments()
    assert file.get_filename() == filename.strip()  # the reader strips it
    assert file.get_content() == data


def test_boundaries_are_the_same_for_a_campaign_and_others_for_another() -> None:
    one = skeleton(seed="1", attachments=[FILE])
    again = skeleton(seed="1", attachments=[FILE])
    other = skeleton(seed="2", attachments=[FILE])
    assert one.fill(personal()) == again.fill(personal())
    assert one.fill(personal()).body != other.fill(personal()).body


def test_a_body_that_repeats_a_boundary_does_not_end_the_part() -> None:
    frame = skeleton()
    boundary = read(frame.fill(personal()).encoded()).get_boundary()
    text = f"--{boundary}--\n--{boundary}\nContent-Type: text/html\n\n<p>not this</p>"
    mail = read(frame.fill(personal(text=text)).encoded())
    assert content(mail, "plain") == text
    assert content(mail, "html") == "<p>Hello Ada</p>"


INJECTIONS = st.builds(
    "{}{}{}".format,
    st.text(max_size=8),
    st.sampled_from([*FORBIDDEN, "\r\nBcc: evil@example.net", "\r\n\r\nbody", "\n.\n", "\ud800"]),
    st.text(max_size=8),
)
PLACES: dict[str, Callable[[str], Personal]] = {
    "To": lambda text: personal(recipient=Mailbox(ADA, text)),
    "Subject": lambda text: personal(subject=text),
    "Message-ID": lambda text: personal(message_id=text),
    "List-Unsubscribe": lambda text: personal(unsubscribe=Unsubscribe("https://x/" + text)),
    "X-Attempt": lambda text: personal(headers=[Header("X-Attempt", text)]),
    "header name": lambda text: personal(headers=[Header(text, "17")]),
}


@given(INJECTIONS, st.sampled_from(sorted(PLACES)))
def test_no_value_of_a_recipient_gets_a_line_break_into_the_header(text: str, field: str) -> None:
    with pytest.raises(ForbiddenCharacter) as caught:
        skeleton().fill(PLACES[field](text))
    assert caught.value.field == field
    assert field in str(caught.value)
    assert "evil" not in str(caught.value)


CONSTANTS: dict[str, Callable[[str], dict[str, Any]]] = {
    "From": lambda text: {"sender": Mailbox(ADA, text)},
    "Reply-To": lambda text: {"reply_to": Mailbox(ADA, text)},
    "X-Campaign": lambda text: {"headers": [Header("X-Campaign", text)]},
    "file name": lambda text: {"attachments": [Attachment(text, "a/b", b"")]},
    "content type": lambda text: {"attachments": [Attachment("a", text, b"")]},
    "inline image": lambda text: {"inline_images": [InlineImage(text, "image/png", b"")]},
}


@given(INJECTIONS, st.sampled_from(sorted(CONSTANTS)))
def test_no_value_of_a_campaign_gets_a_line_break_into_the_header(text: str, field: str) -> None:
    with pytest.raises(ForbiddenCharacter) as caught:
        skeleton(**CONSTANTS[field](text))
    assert caught.value.field == field


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_anywhere_gives_a_sound_mail_or_an_error_that_names_the_field(
    name: str, subject: str, tag: str, message_id: str
) -> None:
    values = personal(
        recipient=Mailbox(ADA, name),
        subject=subject,
        message_id=message_id,
        headers=[Header("X-Tag", tag)],
        unsubscribe=Unsubscribe("https://example.com/" + tag),
    )
    try:
        octets = skeleton().fill(values).encoded()
    except (ForbiddenCharacter, InvalidValue) as error:
        named = error.field
    else:
        named = "Subject"
        assert len(read(octets).keys()) == 10
    assert named in {"To", "Subject", "Message-ID", "X-Tag", "List-Unsubscribe"}


@pytest.mark.parametrize(
    ("body", "code_point", "position"), [("a\0b", 0, 1), ("ab\ud800", 0xD800, 2)]
)
def test_a_body_with_nul_or_half_a_surrogate_pair_is_refused(
    body: str, code_point: int, position: int
) -> None:
    for name in ("text", "html"):
        with pytest.raises(ForbiddenCharacter) as caught:
            skeleton().fill(personal(**{name: body}))
        error = caught.value
        assert (error.field, error.code_point, error.position) == (name, code_point, position)


@pytest.mark.parametrize(
    ("bodies", "changes", "body", "expected"),
    [
        (Bodies.TEXT_AND_HTML, {"html": None}, "html", True),
        (Bodies.TEXT_AND_HTML, {"text": None}, "text", True),
        (Bodies.TEXT, {}, "html", False),
        (Bodies.HTML, {}, "text", False),
        (Bodies.TEXT, {"text": None, "html": None}, "text", True),
    ],
)
def test_a_recipient_s_bodies_are_those_of_the_campaign(
    bodies: Bodies, changes: dict[str, None], body: str, *, expected: bool
) -> None:
    with pytest.raises(BodyMissing) as caught:
        skeleton(bodies=bodies).fill(personal(**changes))
    assert (caught.value.body, caught.value.expected) == (body, expected)
    assert body in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"message_id": ""}, "Message-ID"),
        ({"message_id": "no at sign"}, "Message-ID"),
        ({"message_id": "<a@b>"}, "Message-ID"),
        ({"message_id": "a" * 250 + "@b"}, "Message-ID"),
        ({"sent_at": SENT_AT.replace(tzinfo=None)}, "Date"),
        ({"unsubscribe": Unsubscribe("http://example.com/u")}, "List-Unsubscribe"),
        ({"unsubscribe": Unsubscribe("https://example.com/u v")}, "List-Unsubscribe"),
        ({"unsubscribe": Unsubscribe("https://example.com/>,<https://x")}, "List-Unsubscribe"),
        ({"unsubscribe": Unsubscribe("https://example.com/\u00e9")}, "List-Unsubscribe"),
        ({"unsubscribe": Unsubscribe("https://example.com/?a=?b")}, "List-Unsubscribe"),
        ({"unsubscribe": Unsubscribe("https://example.com/u", "u@x")}, "List-Unsubscribe"),
        ({"unsubscribe": Unsubscribe("https://example.com/" + "u" * 999)}, "List-Unsubscribe"),
        ({"headers": [Header("", "x")]}, "header name"),
        ({"headers": [Header("X Tag", "x")]}, "header name"),
        ({"headers": [Header("X:", "x")]}, "header name"),
        ({"headers": [Header("X" * 51, "x")]}, "header name"),
        ({"headers": [Header("bcc", "x")]}, "bcc"),
        ({"headers": [Header("Content-Type", "x")]}, "Content-Type"),
        ({"headers": [Header("DKIM-Signature", "x")]}, "DKIM-Signature"),
    ],
)
def test_a_wrong_value_of_a_recipient_is_refused_by_its_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        skeleton().fill(personal(**changes))
    assert caught.value.field == field
    assert field in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": [Header("Sender", "x")]},
        {"attachments": [Attachment("", "application/pdf", b"")]},
        {"attachments": [Attachment("a", "pdf", b"")]},
        {"attachments": [Attachment("a", "application/pdf; x=y", b"")]},
        {"attachments": [Attachment("a", "message/rfc822", b"")]},
        {"attachments": [Attachment("a", "Multipart/mixed", b"")]},
        {"inline_images": [InlineImage("a", "image/png", b"")]},
        {"inline_images": [InlineImage("a@b", "text/html", b"")]},
        {"bodies": Bodies.TEXT, "inline_images": [PICTURE]},
    ],
)
def test_a_wrong_value_of_a_campaign_is_refused_before_the_first_mail(
    changes: dict[str, object],
) -> None:
    with pytest.raises(InvalidValue):
        skeleton(**changes)


def test_a_mail_to_an_address_beyond_ascii_is_written_in_utf_8() -> None:
    zoe = normalise_address("zo\u00eb@example.com", smtputf8=True)
    filled = skeleton().fill(personal(recipient=Mailbox(zoe, "Zo\u00eb")))
    assert "<zo\u00eb@example.com>".encode() in filled.fields[1]


def test_a_date_is_written_in_utc_whatever_the_zone() -> None:
    fields = skeleton().fill(personal()).fields
    assert b"Date: Sun, 01 Mar 2026 12:30:59 +0000\r\n" in fields


def texts(chance: random.Random, alphabet: str, longest: int) -> str:
    return "".join(chance.choices(alphabet, k=chance.randrange(longest)))


def test_a_thousand_mails_of_all_shapes_are_without_a_defect() -> None:
    chance = random.Random(2047)
    alphabet = "abc  de\u00e9\u00fc\u00df\u65e5\u672c\U0001f389.,:;=?_<>@\"'()\\-"
    for number in range(1000):
        bodies = chance.choice(list(Bodies))
        images = [PICTURE] * (bodies is not Bodies.TEXT and chance.random() < 0.3)
        named = Attachment(texts(chance, alphabet, 25) or "a", "image/jpeg", b"\xff" * number)
        frame = Skeleton(
            sender=Mailbox(NEWS.address, texts(chance, alphabet, 60)),
            seed=str(number),
            bodies=bodies,
            inline_images=images,
            attachments=[named] * chance.choice([0, 0, 0, 1, 2]),
        )
        subject = texts(chance, alphabet, 120)
        text, html = (texts(chance, alphabet + "\n\n", 1500) for _ in "12")
        values = personal(
            recipient=Mailbox(ADA, texts(chance, alphabet, 90)),
            subject=subject,
            text=None if bodies is Bodies.HTML else text,
            html=None if bodies is Bodies.TEXT else html,
            unsubscribe=UNSUBSCRIBE,
        )
        mail = read(frame.fill(values).encoded())
        assert mail["Subject"] == subject
        if bodies is not Bodies.HTML:
            assert content(mail, "plain").rstrip("\n") == text.rstrip("\n")
        if bodies is not Bodies.TEXT:
            assert content(mail, "html").rstrip("\n") == html.rstrip("\n")
