"""What programs that share an Oban table say to each other by NOTIFY, without I/O.

>>> decode_notification('{"queue":"default"}')
{'queue': 'default'}
>>> encode_notification({"action": "pause", "queue": "mail"})
'{"action":"pause","queue":"mail"}'
"""

from protocols.oban.notification import (
    MAX_PAYLOAD_BYTES,
    MalformedNotification,
    decode_notification,
    encode_notification,
)

__all__ = [
    "MAX_PAYLOAD_BYTES",
    "MalformedNotification",
    "decode_notification",
    "encode_notification",
]
