"""Records of SES, made here in the shape that AWS documents."""

import json
from typing import Final

MAIL: Final[dict[str, object]] = {
    "messageId": "0100-abc-000000",
    "timestamp": "2030-01-02T03:04:05.678Z",
    "source": "shop@example.com",
    "sourceArn": "arn:aws:ses:eu-central-1:1:identity/example.com",
    "destination": ["ann@example.org"],
    "headersTruncated": False,
    "tags": {"send": ["attempt-1"], "ses:configuration-set": ["main"], "empty": []},
}
AT: Final = "2030-01-02T03:05:00Z"

PARTS: Final[dict[str, tuple[str, dict[str, object]]]] = {
    "Send": ("send", {}),
    "Delivery": (
        "delivery",
        {
            "timestamp": AT,
            "recipients": ["ann@example.org"],
            "processingTimeMillis": 1200,
            "smtpResponse": "250 ok",
        },
    ),
    "Bounce": (
        "bounce",
        {
            "timestamp": AT,
            "bounceType": "Permanent",
            "bounceSubType": "NoEmail",
            "feedbackId": "fb-1",
            "bouncedRecipients": [
                {
                    "emailAddress": "ann@example.org",
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 unknown",
                },
                {"emailAddress": "bob@example.org"},
            ],
        },
    ),
    "Complaint": (
        "complaint",
        {
            "timestamp": AT,
            "feedbackId": "fb-2",
            "complainedRecipients": [{"emailAddress": "ann@example.org"}],
            "complaintFeedbackType": "not-spam",
            "complaintSubType": None,
        },
    ),
    "Reject": ("reject", {"reason": "Bad content"}),
    "DeliveryDelay": (
        "deliveryDelay",
        {
            "timestamp": AT,
            "delayType": "MailboxFull",
            "expirationTime": AT,
            "delayedRecipients": [{"emailAddress": "ann@example.org", "status": "4.2.2"}],
        },
    ),
    "Open": ("open", {"timestamp": AT, "ipAddress": "192.0.2.1", "userAgent": "Mail/1"}),
    "Click": (
        "click",
        {
            "timestamp": AT,
            "ipAddress": "192.0.2.1",
            "userAgent": "Mail/1",
            "link": "https://a.example/",
            "linkTags": {"k": ["v", "w"]},
        },
    ),
    "Rendering Failure": ("failure", {"errorMessage": "no name", "templateName": "hello"}),
    "Subscription": (
        "subscription",
        {
            "timestamp": AT,
            "contactList": "all",
            "source": "UnsubscribeHeader",
            "newTopicPreferences": {"unsubscribeAll": True, "topicSubscriptionStatus": []},
        },
    ),
}


def record(kind: str, *, key: str = "eventType", without: str = "", **changes: object) -> bytes:
    """One record; `changes` go into its own part, `without` is a field left out of that."""
    name, part = PARTS[kind]
    body = {k: v for k, v in (part | changes).items() if k != without}
    return json.dumps({key: kind, "mail": MAIL, name: body, "somethingNew": [1]}).encode()
