"""Field blocks written field by field, so that each representation can be had, broken or not
(RFC 7541, sections 5 and 6)."""

STATIC = {
    (":authority", None): 1, (":method", "GET"): 2, (":method", "POST"): 3, (":path", "/"): 4,
    (":scheme", "http"): 6, (":scheme", "https"): 7,
}
LAST_STATIC_INDEX = 61

# Huffman codes of a few characters, as (code, bits).
HUFFMAN = {"0": (0x0, 5), "a": (0x3, 5), "e": (0x5, 5), "o": (0x7, 5), "t": (0x9, 5)}
HUFFMAN_EOS = (0x3FFFFFFF, 30)

Field = tuple[str | bytes, str | bytes]


def integer(value: int, prefix_bits: int, pattern: int = 0) -> bytes:
    """An integer after the high bits of `pattern` (section 5.1)."""
    largest = (1 << prefix_bits) - 1
    if value < largest:
        return bytes([pattern | value])
    out = [pattern | largest]
    value -= largest
    while value >= 128:
        out.append(value % 128 | 128)
        value //= 128
    return bytes([*out, value])


def string(text: str | bytes) -> bytes:
    """A string literal in plain bytes (section 5.2)."""
    raw = text.encode() if isinstance(text, str) else text
    return integer(len(raw), 7) + raw


def huffman_string(coded: bytes) -> bytes:
    """A string literal of bytes that are Huffman code already (section 5.2)."""
    return integer(len(coded), 7, 0x80) + coded


def huffman(*codes: tuple[int, int], padding: str) -> bytes:
    """Codes joined to bytes; `padding` is the bits after them, written out."""
    bits = "".join(f"{code:0{count}b}" for code, count in codes) + padding
    assert len(bits) % 8 == 0, "the padding must fill the last byte"
    return int(bits, 2).to_bytes(len(bits) // 8)


def indexed(index: int) -> bytes:
    """A field from the tables (section 6.1)."""
    return integer(index, 7, 0x80)


def literal(name: str | bytes | int, value: str | bytes) -> bytes:
    """A field that enters no table (section 6.2.2); a number names an index for the name."""
    if isinstance(name, int):
        return integer(name, 4, 0x00) + string(value)
    return b"\x00" + string(name) + string(value)


def never_indexed(name: str, value: str) -> bytes:
    """A field that no hop may put into a table (section 6.2.3)."""
    return b"\x10" + string(name) + string(value)


def remembered(name: str | int, value: str) -> bytes:
    """A field that enters the dynamic table (section 6.2.1)."""
    if isinstance(name, int):
        return integer(name, 6, 0x40) + string(value)
    return b"\x40" + string(name) + string(value)


def table_size(size: int) -> bytes:
    """A change of the dynamic table's size (section 6.3)."""
    return integer(size, 5, 0x20)


def block(fields: list[Field]) -> bytes:
    """A block of fields, each as short as the static table allows, none remembered."""
    out = b""
    for name, value in fields:
        index = STATIC.get((name, value))
        out += indexed(index) if index else literal(name, value)
    return out
