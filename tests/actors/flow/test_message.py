from actors.flow import Message


def test_all_versions_of_a_message_are_one_message() -> None:
    message = Message(b"1", ack_ref="queue", metadata="receipt")
    version = message.with_data(1).into("rows", key="tenant").flushed().failed("no", KeyError())
    assert version.serial == message.serial
    assert (version.data, version.ack_ref, version.metadata) == (1, "queue", "receipt")
    assert (version.batcher, version.batch_key, version.flush) == ("rows", "tenant", True)
    assert str(version.failure) == "no"
    assert version.failure is not None
    assert isinstance(version.failure.error, KeyError)


def test_a_message_is_a_value_and_its_versions_are_others() -> None:
    message = Message(1)
    assert message.failed("no") is not message
    assert message.failure is None
    assert (message.batcher, message.batch_key, message.flush) == ("default", None, False)


def test_two_messages_of_the_same_data_are_two() -> None:
    assert Message(1).serial != Message(1).serial


def test_other_data_keeps_what_was_decided_before() -> None:
    version = Message(1).into("rows", key=7).flushed().failed("no").with_data(2)
    assert (version.batcher, version.batch_key, version.flush) == ("rows", 7, True)
    assert version.failure is not None
