"""RFC 7541: field blocks, as a server reads them."""

import frames
import hpack
import pytest
from connection import EMPTY_MESSAGE, PATH, request
from frames import COMPRESSION_ERROR


def breaks(peer, block):
    """The block cannot be read, which ends the connection (RFC 9113, section 4.3)."""
    peer.send(frames.headers(1, block, end=True)).connection_error(COMPRESSION_ERROR)


def reads(peer, block, stream=1):
    """The block makes a call that is answered."""
    peer.send(frames.headers(stream, block), frames.data(stream, EMPTY_MESSAGE, end=True))
    assert peer.answers(stream).payload[0] == 0x88, "the answer does not begin with :status 200"


def test_2_3_2_what_was_remembered_can_be_named_by_index(peer):
    reads(peer, request() + hpack.remembered("x-kept", "1"))
    reads(peer, request() + hpack.indexed(hpack.LAST_STATIC_INDEX + 1), stream=3)


def test_2_3_2_each_connection_has_a_table_of_its_own(connect):
    reads(connect(), request() + hpack.remembered("x-kept", "1"))
    breaks(connect(), request() + hpack.indexed(hpack.LAST_STATIC_INDEX + 1))


def test_2_3_3_the_newest_field_has_the_lowest_index(peer):
    path = hpack.remembered(":path", PATH)
    reads(peer, path + request(without=":path") + hpack.remembered("x-later", "1"))
    path = hpack.indexed(hpack.LAST_STATIC_INDEX + 2)
    reads(peer, path + request(without=":path"), stream=3)


def test_2_3_3_an_index_beyond_both_tables_is_an_error(peer):
    breaks(peer, request() + hpack.indexed(hpack.LAST_STATIC_INDEX + 1))


def test_2_3_3_an_index_for_a_name_beyond_both_tables_is_an_error(peer):
    breaks(peer, request() + hpack.literal(hpack.LAST_STATIC_INDEX + 1, "1"))


def test_4_1_a_refused_request_still_changes_the_table(peer):
    block = request(("connection", "close")) + hpack.remembered("x-kept", "1")
    peer.send(frames.headers(1, block, end=True))
    peer.stream_error(1, frames.PROTOCOL_ERROR)
    reads(peer, request() + hpack.indexed(hpack.LAST_STATIC_INDEX + 1), stream=3)


def test_4_2_a_size_update_comes_first_in_a_block(peer):
    breaks(peer, request() + hpack.table_size(0))


def test_4_2_a_size_update_between_fields_is_an_error(peer):
    breaks(peer, hpack.indexed(3) + hpack.table_size(0) + request(without=":method"))


def test_4_2_a_size_update_at_the_beginning_is_taken(peer):
    reads(peer, hpack.table_size(0) + hpack.table_size(4096) + request())


def test_4_3_a_smaller_table_forgets_the_oldest_fields(peer):
    reads(peer, request() + hpack.remembered("x-kept", "1"))
    breaks_at = hpack.table_size(0) + request() + hpack.indexed(hpack.LAST_STATIC_INDEX + 1)
    peer.send(frames.headers(3, breaks_at, end=True)).connection_error(COMPRESSION_ERROR)


def test_4_4_a_field_larger_than_the_table_empties_it(peer):
    reads(peer, request() + hpack.remembered("x-kept", "1"))
    reads(peer, request() + hpack.remembered("x-large", "x" * 4096), stream=3)
    peer.send(frames.headers(5, request() + hpack.indexed(62), end=True))
    peer.connection_error(COMPRESSION_ERROR)


def test_5_1_an_integer_may_have_zeros_at_its_end(peer):
    # Index 3 cannot be written longer, but a string length of 127 + 0 can.
    reads(peer, request() + b"\x00" + hpack.string("x-long") + b"\x7f\x80\x00" + b"v" * 127)


def test_5_1_an_integer_that_overflows_is_an_error(peer):
    breaks(peer, request() + b"\xff" + b"\xff" * 10 + b"\x01")


def test_5_1_a_length_that_overflows_is_an_error(peer):
    breaks(peer, request() + b"\x00\x7f" + b"\xff" * 10 + b"\x01")


def test_5_1_an_integer_that_does_not_end_is_an_error(peer):
    breaks(peer, request() + b"\xff\x80\x80")


def test_5_2_a_string_longer_than_its_block_is_an_error(peer):
    breaks(peer, request() + b"\x00\x01x\x20short")


def test_5_2_a_huffman_string_is_taken(peer):
    codes = [hpack.HUFFMAN[letter] for letter in "teat"]
    coded = hpack.huffman_string(hpack.huffman(*codes, padding="1111"))
    reads(peer, request() + b"\x00" + hpack.string("x-huffman") + coded)


def test_5_2_padding_of_more_than_7_bits_is_an_error(peer):
    coded = hpack.huffman(hpack.HUFFMAN["a"], padding="111" + "1" * 8)
    breaks(peer, request() + b"\x00\x01x" + hpack.huffman_string(coded))


def test_5_2_padding_is_the_beginning_of_eos(peer):
    coded = hpack.huffman(hpack.HUFFMAN["a"], padding="000")
    breaks(peer, request() + b"\x00\x01x" + hpack.huffman_string(coded))


def test_5_2_eos_within_a_string_is_an_error(peer):
    coded = hpack.huffman(hpack.HUFFMAN["a"], hpack.HUFFMAN_EOS, padding="11111")
    breaks(peer, request() + b"\x00\x01x" + hpack.huffman_string(coded))


def test_6_1_index_0_is_an_error(peer):
    breaks(peer, request() + hpack.indexed(0))


def test_6_2_1_a_literal_that_is_remembered_may_name_its_name_by_index(peer):
    reads(peer, hpack.remembered(4, PATH) + request(without=":path"))


def test_6_2_2_a_literal_may_name_its_name_by_index(peer):
    reads(peer, hpack.literal(4, PATH) + request(without=":path"))


def test_6_2_3_a_literal_that_is_never_indexed_is_taken(peer):
    reads(peer, request() + hpack.never_indexed("x-secret", "1"))


def test_6_3_a_size_above_the_announced_one_is_an_error(peer):
    most = peer.server_settings.get(frames.HEADER_TABLE_SIZE, 4096)
    breaks(peer, hpack.table_size(most + 1) + request())


def test_6_3_the_servers_own_table_obeys_the_clients_size(connect):
    peer = connect(settings=((frames.HEADER_TABLE_SIZE, 0),))
    peer.call(1)
    block = peer.answers(1).payload
    # The change is acknowledged at the beginning of the next block, and nothing is remembered.
    assert block[0] == 0x20, block.hex()


def test_a_block_in_pieces_is_read_as_one(peer):
    block = request() + hpack.remembered("x-kept", "value")
    for cut in (1, len(block) // 2, len(block) - 1):
        stream = 2 * cut + 1
        peer.send(frames.headers(stream, block[:cut], whole=False))
        peer.send(frames.continuation(stream, block[cut:]))
        peer.send(frames.data(stream, EMPTY_MESSAGE, end=True)).answers(stream)


# Appendix C: the examples, byte for byte. They are plain requests, to which any answer is one.


def answered(peer, *blocks: str):
    for index, block in enumerate(blocks):
        stream = 2 * index + 1
        peer.send(frames.headers(stream, bytes.fromhex(block), end=True)).answers(stream)


def test_c_1_integers_of_any_prefix_are_read(peer):
    """10 and 1337 in 5 bits, as sizes of the table; 42 in 8 cannot come first in a block."""
    reads(peer, bytes.fromhex("2a 3f 9a 0a") + request())


@pytest.mark.parametrize(
    "field",
    [
        "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
        "1008 7061 7373 776f 7264 0673 6563 7265 74",
    ],
    ids=["c_2_1_remembered", "c_2_3_never_indexed"],
)
def test_c_2_single_fields_are_read(peer, field):
    reads(peer, request() + bytes.fromhex(field))


def test_c_2_2_a_literal_that_is_not_remembered_is_read(peer):
    answered(peer, "8286 040c 2f73 616d 706c 652f 7061 7468 41 01 78")


def test_c_3_three_requests_without_huffman_code_are_read(peer):
    answered(
        peer,
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
    )


def test_c_4_three_requests_with_huffman_code_are_read(peer):
    answered(
        peer,
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
    )


# Appendix A: the static table.


@pytest.mark.parametrize("index", range(15, hpack.LAST_STATIC_INDEX + 1))
def test_a_each_name_of_the_static_table_is_known(peer, index):
    """Fields about the connection are malformed, content-length has to be true; all are read."""
    block = request() + hpack.literal(index, "1")
    peer.send(frames.headers(1, block), frames.data(1, b"x", end=True))
    while (frame := peer.next()).stream != 1:
        assert frame.type != frames.GOAWAY, frame
    peer.is_alive()


def test_4_1_an_entry_takes_32_bytes_beside_its_own(peer):
    """4,096 bytes hold one field of 4,064 bytes, and not of one more."""
    size = 4_096 - 32 - len("x-full")
    reads(peer, request() + hpack.remembered("x-full", "x" * size))
    reads(peer, request() + hpack.indexed(62), stream=3)
    reads(peer, request() + hpack.remembered("x-full", "x" * (size + 1)), stream=5)
    peer.send(frames.headers(7, request() + hpack.indexed(62), end=True))
    peer.connection_error(COMPRESSION_ERROR)


def test_4_3_several_size_updates_of_one_block_count_in_order(peer):
    reads(peer, request() + hpack.remembered("x-kept", "1"))
    block = hpack.table_size(0) + hpack.table_size(4_096) + request() + hpack.indexed(62)
    peer.send(frames.headers(3, block, end=True)).connection_error(COMPRESSION_ERROR)


def test_5_1_an_integer_of_many_bytes_is_read(peer):
    reads(peer, request() + b"\x00" + hpack.string("x-long") + hpack.string("v" * 5_000))


def test_5_2_an_empty_huffman_string_is_taken(peer):
    reads(peer, request() + b"\x00" + hpack.string("x-empty") + hpack.huffman_string(b""))


def test_5_2_a_huffman_name_is_taken(peer):
    codes = [hpack.HUFFMAN[letter] for letter in "teat"]
    name = hpack.huffman_string(hpack.huffman(*codes, padding="1111"))
    reads(peer, request() + b"\x00" + name + hpack.string("1"))


def test_5_2_padding_of_exactly_7_bits_is_taken(peer):
    """Five codes of 5 bits each need 7 bits more to fill 32."""
    codes = [hpack.HUFFMAN["a"]] * 5
    coded = hpack.huffman_string(hpack.huffman(*codes, padding="1" * 7))
    reads(peer, request() + b"\x00" + hpack.string("x-padded") + coded)
