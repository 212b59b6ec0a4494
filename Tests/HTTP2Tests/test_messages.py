"""RFC 9113, section 8: requests, their fields and their bodies."""

import frames
import hpack
import pytest
from connection import EMPTY_MESSAGE, PATH, request
from frames import NO_ERROR, PROTOCOL_ERROR


def refuses(peer, block, *, stream=1):
    """The fields make the request malformed (section 8.1.1)."""
    peer.send(frames.headers(stream, block, end=True)).stream_error(stream, PROTOCOL_ERROR)


# Section 8.1: framing.


def test_8_1_headers_within_a_body_must_end_it(peer):
    peer.open(1).send(frames.headers(1, hpack.block([("x-trailer", "1")])))
    peer.stream_error(1, PROTOCOL_ERROR)


def test_8_1_trailers_end_a_request(peer):
    peer.open(1).send(frames.data(1, EMPTY_MESSAGE))
    peer.send(frames.headers(1, hpack.block([("x-trailer", "1")]), end=True)).answers(1)


def test_8_1_trailers_hold_no_pseudo_header_fields(peer):
    peer.open(1).send(frames.data(1, EMPTY_MESSAGE))
    peer.send(frames.headers(1, hpack.block([(":method", "POST")]), end=True))
    peer.stream_error(1, PROTOCOL_ERROR)


def test_8_1_1_a_body_longer_than_its_content_length_is_malformed(peer):
    peer.open(1, ("content-length", "4")).send(frames.data(1, EMPTY_MESSAGE, end=True))
    peer.stream_error(1, PROTOCOL_ERROR)


def test_8_1_1_a_body_shorter_than_its_content_length_is_malformed(peer):
    peer.open(1, ("content-length", "6")).send(frames.data(1, EMPTY_MESSAGE, end=True))
    peer.stream_error(1, PROTOCOL_ERROR)


def test_8_1_1_all_data_frames_count_towards_the_content_length(peer):
    peer.open(1, ("content-length", "6"))
    peer.send(frames.data(1, EMPTY_MESSAGE[:4]), frames.data(1, EMPTY_MESSAGE[4:], end=True))
    peer.stream_error(1, PROTOCOL_ERROR)


def test_8_1_1_a_request_without_a_body_may_not_promise_one(peer):
    refuses(peer, request(("content-length", "5")))


def test_8_1_1_a_true_content_length_is_taken(peer):
    peer.call(1, ("content-length", "5")).answers(1)


def test_8_1_1_a_content_length_is_a_number(peer):
    refuses(peer, request(("content-length", "five")))


def test_8_1_1_two_content_lengths_are_malformed(peer):
    refuses(peer, request(("content-length", "0"), ("content-length", "1")))


# Section 8.2: fields.


def test_8_2_1_a_name_in_upper_case_is_malformed(peer):
    refuses(peer, request(("X-Upper", "1")))


@pytest.mark.parametrize("name", ["x y", "x\ty", "x\0y", "x\x7fy", "x\x80y", "x:y", "x(y", ""])
def test_8_2_1_a_name_is_a_token(peer, name):
    refuses(peer, request((name.encode("latin-1"), "1")))


@pytest.mark.parametrize("value", ["a\0b", "a\rb", "a\nb", "a\r\nb"])
def test_8_2_1_a_value_holds_no_nul_and_no_line_end(peer, value):
    refuses(peer, request(("x-value", value)))


@pytest.mark.parametrize("value", [" a", "\ta", "a ", "a\t"])
def test_8_2_1_a_value_has_no_white_space_around_it(peer, value):
    refuses(peer, request(("x-value", value)))


def test_8_2_1_a_value_may_be_empty_or_hold_white_space_inside(peer):
    peer.call(1, ("x-empty", ""), ("x-words", "two words\tand more")).answers(1)


@pytest.mark.parametrize(
    "field",
    [
        ("connection", "keep-alive"),
        ("keep-alive", "timeout=5"),
        ("proxy-connection", "keep-alive"),
        ("transfer-encoding", "chunked"),
        ("upgrade", "h2c"),
    ],
    ids=lambda field: field[0],
)
def test_8_2_2_fields_about_the_connection_are_malformed(peer, field):
    refuses(peer, request(field))


def test_8_2_2_te_says_nothing_but_trailers(peer):
    refuses(peer, request(("te", "gzip"), without="te"))


# Section 8.3: pseudo-header fields.


def test_8_3_an_unknown_pseudo_header_field_is_malformed(peer):
    refuses(peer, hpack.block([(":unknown", "1")]) + request())


def test_8_3_a_pseudo_header_field_of_answers_is_malformed(peer):
    refuses(peer, hpack.block([(":status", "200")]) + request())


def test_8_3_pseudo_header_fields_come_before_the_others(peer):
    late = [(":method", "POST"), (":scheme", "http"), (":authority", "localhost")]
    refuses(peer, hpack.block([*late, ("te", "trailers"), (":path", PATH)]))


@pytest.mark.parametrize("name", [":method", ":scheme", ":path"])
def test_8_3_1_each_pseudo_header_field_is_required(peer, name):
    refuses(peer, request(without=name))


@pytest.mark.parametrize(
    "field", [(":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "other")]
)
def test_8_3_1_each_pseudo_header_field_comes_once(peer, field):
    refuses(peer, hpack.block([field]) + request())


def test_8_3_1_the_path_is_not_empty(peer):
    refuses(peer, request(path=""))


def test_8_3_1_the_path_begins_with_a_slash(peer):
    refuses(peer, request(path="no-slash"))


def test_8_3_1_the_authority_may_be_missing(peer):
    block = request(("host", "localhost"), without=":authority")
    peer.send(frames.headers(1, block), frames.data(1, EMPTY_MESSAGE, end=True)).answers(1)


@pytest.mark.parametrize("extra", [(":scheme", "http"), (":path", PATH)], ids=["scheme", "path"])
def test_8_5_a_connect_request_has_no_scheme_and_no_path(peer, extra):
    refuses(peer, hpack.block([(":method", "CONNECT"), (":authority", "localhost:1"), extra]))


def test_8_5_a_connect_request_has_an_authority(peer):
    refuses(peer, hpack.block([(":method", "CONNECT")]))


# Section 8.1 again: the answer.


def test_8_1_an_answer_ends_its_stream(peer):
    peer.call(1).answers(1)
    assert not [frame for frame in peer.remaining(0.05) if frame.stream == 1]


def test_8_1_an_early_answer_asks_for_no_more_of_the_request(peer, server):
    if server.name != "unixrpc":
        pytest.skip("the reference waits for the end of every request")
    peer.open(1, path="/no.such.Service/Method")
    assert peer.until(frames.HEADERS, 1).has(frames.END_STREAM)
    peer.stream_error(1, NO_ERROR)


# Section 8.4 has no case: a client cannot push. What else is a request:


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"])
def test_8_1_any_method_is_answered(peer, method):
    fields = [(":method", method), (":scheme", "http"), (":path", "/"), (":authority", "x")]
    peer.send(frames.headers(1, hpack.block(fields), end=True)).answers(1)
    peer.is_alive()


def test_8_1_an_answer_to_head_has_no_body(peer):
    fields = [(":method", "HEAD"), (":scheme", "http"), (":path", "/"), (":authority", "x")]
    peer.send(frames.headers(1, hpack.block(fields), end=True)).answers(1)
    assert not [frame for frame in peer.seen if frame.type == frames.DATA and frame.payload]


def test_8_2_3_a_cookie_may_come_in_crumbs(peer):
    peer.call(1, ("cookie", "a=b"), ("cookie", "c=d"), ("cookie", "e=f")).answers(1)


def test_8_3_1_an_asterisk_is_a_path_for_options(peer):
    fields = [(":method", "OPTIONS"), (":scheme", "http"), (":path", "*"), (":authority", "x")]
    peer.send(frames.headers(1, hpack.block(fields), end=True)).answers(1)


def test_8_3_1_a_scheme_may_be_https(peer):
    block = request(without=":scheme")
    peer.send(frames.headers(1, hpack.block([(":scheme", "https")]) + block))
    peer.send(frames.data(1, EMPTY_MESSAGE, end=True)).answers(1)


def test_8_7_a_request_that_was_reset_may_be_sent_again(peer):
    peer.open(1).send(frames.rst_stream(1)).call(3).answers(3)
