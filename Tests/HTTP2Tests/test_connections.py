"""RFC 9113, sections 3 to 5: connections, frames in general, streams."""

import frames
import hpack
import pytest
from connection import EMPTY_MESSAGE, request
from frames import (
    COMPRESSION_ERROR,
    FRAME_SIZE_ERROR,
    INTERNAL_ERROR,
    NO_ERROR,
    PROTOCOL_ERROR,
    REFUSED_STREAM,
    STREAM_CLOSED,
)

UNKNOWN_FRAME = 0x16

# Section 3.4: the preface.


def test_3_4_the_server_begins_with_settings(connect):
    peer = connect(greet=False).send(frames.PREFACE, frames.settings())
    first = peer.next()
    assert (first.type, first.has(frames.ACK)) == (frames.SETTINGS, False)
    peer.is_alive()


def test_3_4_the_preface_may_arrive_byte_by_byte(connect):
    peer = connect(greet=False)
    for byte in frames.PREFACE + frames.settings():
        peer.send(bytes([byte]))
    peer.settle()
    peer.is_alive()


def test_3_4_frames_may_follow_the_preface_at_once(connect):
    peer = connect(greet=False).send(frames.PREFACE, frames.settings())
    peer.call(1).answers(1)


def test_3_4_a_wrong_preface_ends_the_connection(connect):
    peer = connect(greet=False).send(b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", frames.settings())
    peer.connection_error(PROTOCOL_ERROR, silent=True)


def test_3_4_http_1_ends_the_connection(connect):
    peer = connect(greet=False).send(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
    peer.connection_error(PROTOCOL_ERROR, frames.HTTP_1_1_REQUIRED, silent=True)


def test_3_4_a_preface_without_settings_ends_the_connection(connect):
    peer = connect(greet=False).send(frames.PREFACE, frames.ping())
    peer.connection_error(PROTOCOL_ERROR, silent=True)


# Section 4: frames.


def test_4_1_a_frame_of_an_unknown_type_is_ignored(peer):
    peer.send(frames.frame(UNKNOWN_FRAME, 0, 0, b"\0" * 8)).is_alive()


def test_4_1_undefined_flags_are_ignored(peer):
    peer.send(frames.frame(frames.PING, 0x16, 0, b"12345678"))
    assert peer.until(frames.PING, ack=True).payload == b"12345678"


def test_4_1_the_reserved_bit_is_ignored(peer):
    peer.send(frames.frame(frames.PING, 0, 0x80000000, b"12345678"))
    assert peer.until(frames.PING, ack=True).payload == b"12345678"


def test_4_1_frames_may_arrive_byte_by_byte(peer):
    whole = frames.headers(1, request()) + frames.data(1, EMPTY_MESSAGE, end=True)
    for byte in whole:
        peer.send(bytes([byte]))
    peer.answers(1)


def test_4_2_a_frame_of_the_smallest_largest_size_is_taken(peer):
    message = b"\0" + (frames.SMALLEST_MAX_FRAME - 5).to_bytes(4)
    message += bytes(frames.SMALLEST_MAX_FRAME - 5)
    peer.open(1).send(frames.data(1, message, end=True))
    peer.until(frames.HEADERS, 1)
    peer.is_alive()


def test_4_2_an_oversized_data_frame_is_an_error(peer):
    size = peer.server_settings.get(frames.MAX_FRAME_SIZE, frames.SMALLEST_MAX_FRAME)
    peer.open(1).send(frames.data(1, bytes(size + 1), end=True))
    peer.stream_error(1, FRAME_SIZE_ERROR)


def test_4_2_an_oversized_headers_frame_ends_the_connection(peer):
    size = peer.server_settings.get(frames.MAX_FRAME_SIZE, frames.SMALLEST_MAX_FRAME)
    block = request(("x-long", "x" * size))
    peer.send(frames.headers(1, block, end=True)).connection_error(FRAME_SIZE_ERROR)


def test_4_2_a_frame_shorter_than_its_fields_is_an_error(peer):
    peer.send(frames.frame(frames.PING, 0, 0, b"short")).connection_error(FRAME_SIZE_ERROR)


def test_4_3_a_broken_field_block_ends_the_connection(peer):
    # A literal whose value is said to be longer than the block.
    peer.send(frames.headers(1, b"\x00\x01x\x7fshort", end=True))
    peer.connection_error(COMPRESSION_ERROR)


def test_4_3_a_priority_frame_within_a_field_block_ends_the_connection(peer):
    block = request()
    peer.send(frames.headers(1, block[:9], whole=False), frames.priority(1))
    peer.send(frames.continuation(1, block[9:])).connection_error(PROTOCOL_ERROR)


def test_4_3_headers_of_another_stream_within_a_field_block_end_the_connection(peer):
    block = request()
    peer.send(frames.headers(1, block[:9], whole=False), frames.headers(3, block, end=True))
    peer.connection_error(PROTOCOL_ERROR)


# Section 5.1: the states of a stream.


@pytest.mark.parametrize(
    "frame",
    [
        frames.data(1, EMPTY_MESSAGE, end=True),
        frames.rst_stream(1),
        frames.window_update(1, 100),
        frames.continuation(1, b""),
    ],
    ids=["data", "rst_stream", "window_update", "continuation"],
)
def test_5_1_an_idle_stream_takes_only_headers_and_priority(peer, frame):
    peer.send(frame).connection_error(PROTOCOL_ERROR)


def test_5_1_an_idle_stream_takes_priority(peer):
    peer.send(frames.priority(7)).is_alive()


@pytest.mark.parametrize("answered", [False, True], ids=["at_once", "after_the_answer"])
def test_5_1_data_after_the_end_is_an_error(peer, answered):
    end = frames.data(1, EMPTY_MESSAGE, end=True)
    if answered:
        peer.call(1).answers(1)
        peer.send(end)
    else:
        peer.send(frames.headers(1, request()) + end + end)
    peer.stream_error(1, STREAM_CLOSED)


@pytest.mark.parametrize("answered", [False, True], ids=["at_once", "after_the_answer"])
def test_5_1_headers_after_the_end_are_an_error(peer, answered):
    block = frames.headers(1, request(), end=True)
    if answered:
        peer.call(1).answers(1)
        peer.send(block)
    else:
        peer.send(frames.headers(1, request()) + frames.data(1, EMPTY_MESSAGE, end=True) + block)
    peer.stream_error(1, STREAM_CLOSED)


def test_5_1_a_continuation_after_the_end_is_an_error(peer):
    peer.call(1).send(frames.continuation(1, request()))
    peer.connection_error(STREAM_CLOSED, PROTOCOL_ERROR)


def test_5_1_data_after_a_reset_is_an_error_or_ignored(peer):
    # A server may forget a stream at its reset, or go on counting its frames for a while.
    peer.open(1).send(frames.rst_stream(1), frames.data(1, EMPTY_MESSAGE, end=True))
    peer.send(frames.ping())
    frame = peer.next()
    if frame.type == frames.PING:
        return peer.is_alive()
    assert frame.type in (frames.GOAWAY, frames.RST_STREAM)
    assert frame.error in (STREAM_CLOSED, PROTOCOL_ERROR)


def test_5_1_headers_after_a_reset_are_an_error(peer):
    peer.open(1).send(frames.rst_stream(1), frames.headers(1, request(), end=True))
    peer.stream_error(1, STREAM_CLOSED, PROTOCOL_ERROR)


def test_5_1_a_continuation_after_a_reset_ends_the_connection(peer):
    peer.open(1).send(frames.rst_stream(1), frames.continuation(1, request()))
    peer.connection_error(STREAM_CLOSED, PROTOCOL_ERROR)


def test_5_1_a_closed_stream_takes_window_update_priority_and_rst_stream(peer):
    peer.call(1).answers(1)
    peer.send(frames.window_update(1, 10), frames.priority(1), frames.rst_stream(1)).is_alive()


def test_5_1_1_an_even_stream_number_ends_the_connection(peer):
    peer.call(2).connection_error(PROTOCOL_ERROR)


def test_5_1_1_a_stream_number_below_an_earlier_one_ends_the_connection(peer):
    peer.call(5).answers(5)
    peer.call(3).connection_error(PROTOCOL_ERROR, STREAM_CLOSED)


def test_5_1_1_stream_numbers_may_be_left_out(peer):
    peer.call(1).answers(1)
    peer.call(1001).answers(1001)
    peer.call((1 << 31) - 1).answers((1 << 31) - 1)


def test_5_1_2_streams_beyond_the_announced_number_are_refused(peer):
    most = peer.server_settings[frames.MAX_CONCURRENT_STREAMS]
    for index in range(most + 1):
        peer.open(2 * index + 1)
    peer.stream_error(2 * most + 1, REFUSED_STREAM, PROTOCOL_ERROR)


def test_5_1_2_a_finished_stream_makes_room_for_another(peer):
    most = peer.server_settings[frames.MAX_CONCURRENT_STREAMS]
    for index in range(most):
        peer.open(2 * index + 1)
    peer.send(frames.data(1, EMPTY_MESSAGE, end=True)).answers(1)
    peer.is_alive(2 * most + 1)


# Section 5.4: errors.


# Section 5.3: priorities, in which a stream cannot depend on itself (RFC 7540, section 5.3.1).


def test_5_3_headers_cannot_make_a_stream_depend_on_itself(peer):
    fields = (1).to_bytes(4) + b"\x0f"
    flags = frames.END_HEADERS | frames.END_STREAM | frames.PRIORITISED
    peer.send(frames.frame(frames.HEADERS, flags, 1, fields + request()))
    peer.stream_error(1, PROTOCOL_ERROR)


def test_5_3_priority_cannot_make_a_stream_depend_on_itself(peer):
    peer.open(1).send(frames.priority(1, depends_on=1)).stream_error(1, PROTOCOL_ERROR)


@pytest.mark.parametrize("weight", [0, 255])
@pytest.mark.parametrize("exclusive", [0, 1 << 31], ids=["shared", "exclusive"])
def test_5_3_priorities_of_every_weight_are_taken(peer, weight, exclusive):
    peer.send(frames.priority(1, exclusive, weight)).call(1).answers(1)
    peer.send(frames.priority(3, exclusive | 1, weight)).call(3).answers(3)
    peer.send(frames.priority(1, exclusive | 3, weight)).is_alive()


def test_5_4_1_after_an_error_of_the_connection_it_is_closed(peer):
    peer.call(2)
    frame = peer.until(frames.GOAWAY)
    assert frame.error == PROTOCOL_ERROR
    peer.connection_error(PROTOCOL_ERROR, silent=True)


def test_5_4_1_the_goaway_names_the_last_stream_that_was_seen(peer):
    peer.call(1).answers(1)
    peer.call(7).answers(7)
    peer.send(frames.window_update(0, 0))
    assert int.from_bytes(peer.until(frames.GOAWAY).payload[:4]) == 7


def test_5_4_2_an_error_of_a_stream_leaves_the_others_alone(peer):
    peer.open(1).open(3, ("connection", "close"))
    peer.stream_error(3, PROTOCOL_ERROR)
    peer.send(frames.data(1, EMPTY_MESSAGE, end=True)).answers(1)


# Section 5.5: extensions.


def test_5_5_an_unknown_frame_on_a_stream_is_ignored(peer):
    peer.open(1).send(frames.frame(UNKNOWN_FRAME, 0xFF, 1, b"anything"))
    peer.send(frames.data(1, EMPTY_MESSAGE, end=True)).answers(1)


def test_5_5_an_unknown_frame_within_a_field_block_ends_the_connection(peer):
    block = request()
    peer.send(frames.headers(1, block[:9], whole=False))
    peer.send(frames.frame(UNKNOWN_FRAME, 0, 1), frames.continuation(1, block[9:]))
    peer.connection_error(PROTOCOL_ERROR)


# Section 7: error codes.


def test_7_unknown_error_codes_have_no_effect_of_their_own(peer):
    peer.open(1).send(frames.rst_stream(1, 0xFF)).is_alive()
