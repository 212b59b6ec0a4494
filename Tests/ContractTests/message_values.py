"""Values for any message, made from its descriptor by a random generator that hypothesis seeds."""

import math
import struct

from google.protobuf.descriptor import FieldDescriptor as F

DEPTH = 3

INTEGERS = {
    F.TYPE_INT32: (-(2**31), 2**31 - 1),
    F.TYPE_SINT32: (-(2**31), 2**31 - 1),
    F.TYPE_SFIXED32: (-(2**31), 2**31 - 1),
    F.TYPE_ENUM: (-(2**31), 2**31 - 1),
    F.TYPE_INT64: (-(2**63), 2**63 - 1),
    F.TYPE_SINT64: (-(2**63), 2**63 - 1),
    F.TYPE_SFIXED64: (-(2**63), 2**63 - 1),
    F.TYPE_UINT32: (0, 2**32 - 1),
    F.TYPE_FIXED32: (0, 2**32 - 1),
    F.TYPE_UINT64: (0, 2**64 - 1),
    F.TYPE_FIXED64: (0, 2**64 - 1),
}
# What JSON can say of a time: 0001 to 9999, and ten thousand years.
TIMES = {
    "google.protobuf.Timestamp": (-62_135_596_800, 253_402_300_799),
    "google.protobuf.Duration": (-315_576_000_000, 315_576_000_000),
}
# The corners of Unicode beside ASCII; no surrogates, which are no text, and no NUL, which we refuse.
LETTERS = "\x01\t\n\x7f\x80é\u07ff\u0800\ud7ff\ue000\ufffd\uffff\U00010000\U0010ffff" + "az09 \"\\/<"


def integer(rng, field_type) -> int:
    """A number of the field's type, often one of the extremes."""
    low, high = INTEGERS[field_type]
    near = [low, -1 if low else 0, 0, 1, 127, 128, high]
    return rng.choice(near) if rng.random() < 0.5 else rng.randint(low, high)


def real(rng, width: int) -> float:
    """A number that is none of those that equal nothing, nor the zero below zero."""
    while True:
        kind, size = ("<f", 4) if width == 32 else ("<d", 8)
        (value,) = struct.unpack(kind, rng.randbytes(size))
        value = rng.choice([value, 0.0, 1.5, math.inf, -math.inf])
        if not math.isnan(value) and (value or math.copysign(1, value) > 0):
            return value


def scalar(rng, field):
    """A value of a field that holds no message."""
    match field.type:
        case F.TYPE_STRING:
            return "".join(rng.choices(LETTERS, k=rng.randint(0, 8)))
        case F.TYPE_BYTES:
            return rng.randbytes(rng.randint(0, 8))
        case F.TYPE_BOOL:
            return rng.random() < 0.5
        case F.TYPE_FLOAT:
            return real(rng, 32)
        case F.TYPE_DOUBLE:
            return real(rng, 64)
        case F.TYPE_ENUM if rng.random() < 0.7:
            return rng.choice(field.enum_type.values).number
        case _:
            return integer(rng, field.type)


def is_map(field) -> bool:
    """Whether the field is a map."""
    return field.type == F.TYPE_MESSAGE and field.message_type.GetOptions().map_entry


def fill(rng, message, any_of, times: bool = False, depth: int = 0) -> None:
    """Sets some fields of an empty message.

    `any_of` packs something into an Any; `times` keeps times within what JSON can say.
    """
    descriptor = message.DESCRIPTOR
    if descriptor.full_name == "google.protobuf.Any":
        any_of(message)
        return
    if times and descriptor.full_name in TIMES:
        fill_time(rng, message)
        return
    chosen = {rng.choice([None, *oneof.fields]) for oneof in descriptor.oneofs}
    for field in descriptor.fields:
        wanted = field in chosen if field.containing_oneof else rng.random() < 0.5 / (depth + 1)
        if wanted and not (field.type == F.TYPE_MESSAGE and depth >= DEPTH):
            set_field(rng, message, field, any_of, times, depth)


def fill_time(rng, message) -> None:
    """A time that JSON can say: seconds and nanos of one sign, of a Timestamp nanos not below zero."""
    low, high = TIMES[message.DESCRIPTOR.full_name]
    message.seconds = rng.choice([low, 0, 1, high, rng.randint(low, high)])
    nanos = rng.choice([0, 1_000, 5_000_000, 999_999_999])
    is_duration = message.DESCRIPTOR.name == "Duration"
    if is_duration and abs(message.seconds) == high:
        nanos = 0
    message.nanos = -nanos if is_duration and message.seconds < 0 else nanos


def set_field(rng, message, field, any_of, times: bool = False, depth: int = 0) -> None:
    """Sets one field."""
    value = getattr(message, field.name)
    if is_map(field):
        key, item = field.message_type.fields
        for _ in range(rng.randint(0, 2)):
            at = scalar(rng, key)
            if item.type == F.TYPE_MESSAGE:
                fill(rng, value[at], any_of, times, depth + 1)
            else:
                value[at] = scalar(rng, item)
    elif field.type == F.TYPE_MESSAGE and field.is_repeated:
        for _ in range(rng.randint(0, 2)):
            fill(rng, value.add(), any_of, times, depth + 1)
    elif field.type == F.TYPE_MESSAGE:
        value.SetInParent()
        fill(rng, value, any_of, times, depth + 1)
    elif field.is_repeated:
        value.extend(scalar(rng, field) for _ in range(rng.randint(0, 3)))
    else:
        setattr(message, field.name, scalar(rng, field))
