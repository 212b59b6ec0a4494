"""Notes how every call of the tests ended, so that a method or a reason without a test is noticed."""

import collections
import importlib

import grpc

# How calls ended: the method's path, the status, and the reason where one was given.
SEEN: set[tuple[str, grpc.StatusCode, str]] = set()
# What refusals carried beside ErrorInfo, by reason: the full names of the details.
CARRIED: dict[str, set[str]] = collections.defaultdict(set)
# The metadata of ErrorInfo, by reason.
METADATA: dict[str, set[str]] = collections.defaultdict(set)


def seen() -> set[tuple[str, grpc.StatusCode, str]]:
    """How calls ended so far. It is a copy: those of channels that were just closed still end."""
    return SEEN.copy()


def note(path: str, code: grpc.StatusCode, trailers) -> str:
    """Notes how a call ended; gives the reason."""
    reason = ""
    for key, value in trailers or ():
        if key == "grpc-status-details-bin":
            reason = _reason(value)
    SEEN.add((path, code, reason))
    return reason


def _reason(packed: bytes) -> str:
    status = importlib.import_module("google.rpc.status_pb2").Status.FromString(packed)
    info = importlib.import_module("google.rpc.error_details_pb2").ErrorInfo()
    names = [detail.TypeName() for detail in status.details]
    for detail in status.details:
        detail.Unpack(info)
    CARRIED[info.reason].update(name for name in names if name != "google.rpc.ErrorInfo")
    METADATA[info.reason].update(info.metadata)
    return info.reason


class Recorder(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    """Notes the calls of a channel."""

    def intercept_unary_unary(self, continuation, details, request):
        return self._noted(continuation(details, request), details)

    intercept_unary_stream = intercept_unary_unary
    intercept_stream_unary = intercept_unary_unary
    intercept_stream_stream = intercept_unary_unary

    def _noted(self, call, details):
        path = details.method
        call.add_done_callback(lambda done: note(path, done.code(), done.trailing_metadata()))
        return call
