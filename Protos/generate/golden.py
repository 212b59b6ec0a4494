#!/usr/bin/env python3
"""Writes golden vectors: for every message some values, as Google's protobuf for Python packs them
and prints them in JSON. A line holds the message's name, the bytes in hexadecimal, and the JSON.

Values come from a generator seeded with the message's name, so that a change to one message leaves
the lines of the others alone.
"""

import argparse
import json
import pathlib
import random

from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import FieldDescriptor as F

import protoc

TEXTS = ["a", "Jane Doe", "+15550100", "Zoë 😀", 'quote " and \\', "tab\tline\n", "x" * 200]
INTS = {32: [1, -1, 127, 128, 300, -(2**31), 2**31 - 1], 64: [1, -1, 2**53 + 1, -(2**63), 2**63 - 1]}
UNSIGNED = {32: [1, 127, 128, 2**32 - 1], 64: [1, 2**40, 2**64 - 1]}
REALS = [1.0, -0.5, 0.1, 1e16, 1.5e-7, float("inf"), float("-inf")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protos", type=pathlib.Path, action="append", required=True)
    parser.add_argument("--except", dest="without", action="append", default=[],
                        help="folders of protos to leave out")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    own = sorted(
        {str(p.relative_to(root)) for root in options.protos for p in root.rglob("*.proto")}
    )
    whole = protoc.descriptor_set(own, options.protos)
    pool = descriptor_pool.DescriptorPool()
    for file in whole.file:
        pool.AddSerializedFile(file.SerializeToString())
    lines = []
    for file in whole.file:
        if file.name in own and not file.name.startswith(tuple(options.without)):
            for message in pool.FindFileByName(file.name).message_types_by_name.values():
                lines += vectors(message, pool)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def vectors(descriptor, pool):
    rng = random.Random(descriptor.full_name)
    for fullness in (0.35, 0.9):
        value = message_factory.GetMessageClass(descriptor)()
        fill(value, rng, fullness, 0, pool)
        text = json.dumps(
            json_format.MessageToDict(value, descriptor_pool=pool),
            ensure_ascii=False, separators=(",", ":"),
        )
        packed = value.SerializeToString(deterministic=True).hex()
        yield f"{descriptor.full_name}\t{packed}\t{text}"


def fill(value, rng, fullness, depth, pool):
    """Sets some of the fields, fewer the deeper the message lies."""
    name = value.DESCRIPTOR.full_name
    if name == "google.protobuf.Any":
        return fill_any(value, rng, pool)
    if name in ("google.protobuf.Timestamp", "google.protobuf.Duration"):
        value.seconds = rng.choice([0, 1, 1_763_823_941, 253_402_300_799])
        value.nanos = rng.choice([0, 250_000_000, 1_000, 999_999_999])
        return
    for oneof in value.DESCRIPTOR.oneofs:
        field = rng.choice(oneof.fields)
        if rng.random() < fullness:
            set_field(value, field, rng, fullness, depth, pool)
    for field in value.DESCRIPTOR.fields:
        if field.containing_oneof is None and rng.random() < fullness:
            set_field(value, field, rng, fullness, depth, pool)


def fill_any(value, rng, pool):
    inner = message_factory.GetMessageClass(
        pool.FindMessageTypeByName("google.protobuf.Duration")
    )(seconds=rng.randrange(1, 100))
    value.Pack(inner)


def set_field(value, field, rng, fullness, depth, pool):
    is_message = field.type == F.TYPE_MESSAGE
    if is_message and depth >= 3:
        return
    if is_message and field.message_type.GetOptions().map_entry:
        set_map(getattr(value, field.name), field, rng, fullness, depth, pool)
    elif is_message and field.is_repeated:
        for _ in range(rng.randrange(1, 3)):
            fill(getattr(value, field.name).add(), rng, fullness / 2, depth + 1, pool)
    elif is_message:
        getattr(value, field.name).SetInParent()
        fill(getattr(value, field.name), rng, fullness * 0.7, depth + 1, pool)
    elif field.is_repeated:
        count = rng.randrange(1, 4)
        getattr(value, field.name).extend(scalar(field, rng) for _ in range(count))
    else:
        setattr(value, field.name, scalar(field, rng))


def set_map(entries, field, rng, fullness, depth, pool):
    """One entry, because the order of several is anybody's; key and value other than the default,
    which protobuf-c leaves out of an entry."""
    key, item = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
    if item.type == F.TYPE_MESSAGE:
        fill(entries[scalar(key, rng)], rng, fullness / 2, depth + 1, pool)
    else:
        entries[scalar(key, rng)] = scalar(item, rng)


def scalar(field, rng):
    match field.type:
        case F.TYPE_STRING:
            return rng.choice(TEXTS)
        case F.TYPE_BYTES:
            return rng.randbytes(rng.randrange(1, 20))
        case F.TYPE_BOOL:
            return True
        case F.TYPE_ENUM:
            numbers = [v.number for v in field.enum_type.values if v.number != 0]
            return rng.choice(numbers + [98765])
        case F.TYPE_FLOAT | F.TYPE_DOUBLE:
            return rng.choice(REALS)
        case F.TYPE_UINT32 | F.TYPE_FIXED32:
            return rng.choice(UNSIGNED[32])
        case F.TYPE_UINT64 | F.TYPE_FIXED64:
            return rng.choice(UNSIGNED[64])
        case F.TYPE_INT32 | F.TYPE_SINT32 | F.TYPE_SFIXED32:
            return rng.choice(INTS[32])
        case _:
            return rng.choice(INTS[64])


if __name__ == "__main__":
    main()
