"""Our messages are Google's messages: for every message of every proto the same bytes mean the same
to protobuf-c with our mapping and to Google's protobuf, and so does the JSON. What we refuse although
Google's protobuf reads it is listed here."""

import mirror
import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor as F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from message_values import INTEGERS, fill, is_map, set_field
from mirror import GOLDEN, MESSAGES, POOL, Mirror, Refused, meaning, new, read

EXAMPLES = settings(
    max_examples=10, deadline=None, database=None, derandomize=True,
    suppress_health_check=list(HealthCheck),
)
RANDOM = st.randoms(use_true_random=True)
NAMES = pytest.mark.parametrize("name", sorted(MESSAGES))
# Varint, eight bytes, a length with content, four bytes: of fields that no message has.
UNKNOWN = b"\xf8\xff\xff\x0f\x05\xf9\xff\xff\x0f12345678\xfa\xff\xff\x0f\x02hi\xfd\xff\xff\x0f1234"


@pytest.fixture(scope="module")
def ours():
    running = Mirror()
    yield running
    running.close()


def some_any(message):
    """Holds a duration."""
    inner = new("google.protobuf.Duration")
    inner.seconds = 7
    message.Pack(inner)


@NAMES
def test_any_value_means_the_same_after_our_way(ours, name):
    @EXAMPLES
    @given(RANDOM)
    def check(rng):
        value = new(name)
        fill(rng, value, some_any)
        packed = value.SerializeToString()
        assert meaning(read(name, ours.through(name, packed))) == meaning(value)
        assert ours.through(name, packed + UNKNOWN) == ours.through(name, packed)

    check()


@NAMES
def test_any_value_has_the_same_json_both_ways(ours, name):
    @EXAMPLES
    @given(RANDOM)
    def check(rng):
        value = new(name)
        fill(rng, value, some_any, times=True)
        theirs = json_format.MessageToJson(value, descriptor_pool=POOL)
        assert meaning(read(name, ours.from_json(name, theirs))) == meaning(value)
        text = ours.to_json(name, value.SerializeToString())
        parsed = json_format.Parse(text, new(name), descriptor_pool=POOL)
        assert meaning(parsed) == meaning(value)

    check()


def cases():
    """Every field of every oneof of every message."""
    for name, descriptor in sorted(MESSAGES.items()):
        for oneof in descriptor.oneofs:
            for field in oneof.fields:
                yield pytest.param(name, field, id=f"{name}.{field.name}")


@pytest.mark.parametrize("name, field", cases())
def test_every_case_of_a_oneof_is_told_apart(ours, name, field):
    empty = new(name)
    if field.type == F.TYPE_MESSAGE:
        getattr(empty, field.name).SetInParent()
    else:
        setattr(empty, field.name, field.default_value)
    back = read(name, ours.through(name, empty.SerializeToString()))
    assert back.WhichOneof(field.containing_oneof.name) == field.name
    assert meaning(back) == meaning(empty)

    @EXAMPLES
    @given(RANDOM)
    def check(rng):
        value = new(name)
        set_field(rng, value, field, some_any)
        back = read(name, ours.through(name, value.SerializeToString()))
        assert back.WhichOneof(field.containing_oneof.name) == field.name
        assert meaning(back) == meaning(value)

    check()


def test_the_golden_vectors_mean_to_google_what_they_say(ours):
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        name, packed, text = line.split("\t", 2)
        value = read(name, bytes.fromhex(packed))
        assert meaning(json_format.Parse(text, new(name), descriptor_pool=POOL)) == meaning(value)
        assert ours.through(name, bytes.fromhex(packed)).hex() == packed, name
    covered = {line.split("\t")[0] for line in GOLDEN.read_text(encoding="utf-8").splitlines()}
    top = {name for name, each in MESSAGES.items() if each.containing_type is None}
    # The messages of gRPC's own services are made for their targets alone.
    foreign = ("google.protobuf.", "grpc.")
    assert {name for name in top if not name.startswith(foreign)} <= covered


def test_zero_below_zero_counts_as_zero(ours):
    # protobuf-c leaves it out like any zero; no message of the contract holds such a number.
    value = new("google.protobuf.DoubleValue")
    value.value = -0.0
    assert value.SerializeToString()
    assert ours.through("google.protobuf.DoubleValue", value.SerializeToString()) == b""


# MARK: - What we refuse on purpose


def refused(ours, name: str, packed: bytes) -> str:
    """The reason for which the mirror refuses bytes."""
    with pytest.raises(Refused) as caught:
        ours.through(name, packed)
    return str(caught.value)


def first(kind) -> tuple[str, F]:
    """The first message of the service with a field of this kind."""
    for name, descriptor in sorted(MESSAGES.items()):
        for field in descriptor.fields:
            if name.startswith("callback.v1.") and kind(field):
                return name, field
    raise AssertionError("no such field")


def delimited(field, content: bytes) -> bytes:
    """A field with a length."""
    assert field.number < 16 and len(content) < 128
    return bytes([field.number << 3 | 2, len(content)]) + content


def is_text(field) -> bool:
    return field.type == F.TYPE_STRING and not field.is_repeated and field.number < 16


def is_message(field) -> bool:
    return (
        field.type == F.TYPE_MESSAGE
        and not field.is_repeated
        and not field.containing_oneof
        and field.number < 16
    )


def test_a_submessage_given_twice_is_refused_where_google_merges(ours):
    name, field = first(is_message)
    twice = delimited(field, b"") * 2
    assert read(name, twice).HasField(field.name)
    assert refused(ours, name, twice) == "duplicateMessage"


def test_text_that_is_not_utf_8_is_refused_by_both(ours):
    name, field = first(is_text)
    for content in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"):
        with pytest.raises(Exception, match="(?i)pars|utf"):
            read(name, delimited(field, content))
        assert refused(ours, name, delimited(field, content)) == "invalidUTF8"


def test_nul_in_text_is_refused_where_google_keeps_it(ours):
    name, field = first(is_text)
    packed = delimited(field, b"a\0b")
    assert getattr(read(name, packed), field.name) == "a\0b"
    assert refused(ours, name, packed) == "embeddedNUL"


def recursive() -> tuple[str, F]:
    """A message that holds itself."""
    for name, descriptor in sorted(MESSAGES.items()):
        for field in descriptor.fields:
            if field.type == F.TYPE_MESSAGE and field.message_type == descriptor:
                return name, field
    raise AssertionError("no message holds itself")


def test_depth_is_bounded(ours):
    name, field = recursive()
    packed = b""
    for _ in range(31):
        packed = nested(field, packed)
    assert meaning(read(name, ours.through(name, packed))) == meaning(read(name, packed))
    assert refused(ours, name, nested(field, packed)) == "nestedTooDeeply"


def nested(field, content: bytes) -> bytes:
    """The content inside one more message."""
    return varint(field.number << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def test_size_is_bounded(ours):
    name, field = first(is_text)
    head = len(nested(field, b"x" * 60_000)) - 60_000
    full = nested(field, b"x" * (65_536 - head))
    assert len(full) == 65_536
    assert ours.through(name, full) == full
    assert refused(ours, name, nested(field, b"x" * (65_537 - head))) == "tooLarge"


def test_the_number_of_fields_is_bounded(ours):
    name, field = first(is_text)
    assert refused(ours, name, delimited(field, b"") * 16_385) == "tooManyFields"
    assert refused(ours, name, b"\xf8\xff\xff\x0f\x05" * 1_025) == "tooManyUnknownFields"


@pytest.mark.parametrize(
    "packed, reason",
    [
        (b"\x02\x00", "invalidFieldNumber"),
        (b"\x0b\x0c", "unsupportedWireType"),
        (b"\x0e", "unsupportedWireType"),
        (b"\x0a\x05ab", "malformedLength"),
        (b"\xff\xff\xff\xff\xff\xff", "malformedVarint"),
        (b"\x08", "truncated"),
    ],
)
def test_bytes_that_are_no_message_are_refused(ours, packed, reason):
    # The first field of a sample is a number: field 1 as text is a field of another type.
    assert refused(ours, "google.protobuf.Duration", packed) in (
        reason, "wrongWireType", "truncated",
    )


def test_a_known_field_in_another_encoding_is_refused_where_google_calls_it_unknown(ours):
    packed = b"\x0d1234"
    assert not read("google.protobuf.Duration", packed).seconds
    assert refused(ours, "google.protobuf.Duration", packed) == "wrongWireType"


def test_every_scalar_survives_at_its_extremes(ours):
    for name, descriptor in sorted(MESSAGES.items()):
        for field in descriptor.fields:
            if field.is_repeated or field.type == F.TYPE_MESSAGE or is_map(field):
                continue
            for extreme in extremes(field):
                value = new(name)
                setattr(value, field.name, extreme)
                back = ours.through(name, value.SerializeToString())
                assert meaning(read(name, back)) == meaning(value), f"{name}.{field.name}"


def extremes(field):
    """The ends of a field's range, and what stands for nothing."""
    if field.type in INTEGERS:
        return [*INTEGERS[field.type], 0]
    if field.type == F.TYPE_STRING:
        return ["", "\U0010ffff", "\x7f\x80", "x" * 1_000]
    if field.type == F.TYPE_BYTES:
        return [b"", b"\0", bytes(range(256))]
    if field.type == F.TYPE_BOOL:
        return [False, True]
    return [float("inf"), float("-inf"), 0.0, 1.5]
