"""Calls methods as whatever user runs it: calls come as JSON lines, answers go as JSON lines.

Messages are bytes in hexadecimal, so that a user who may read nothing of the tests needs no stubs.
"""

import json
import sys

import grpc


def main(socket: str) -> None:
    """Answers each line of standard input with one line."""
    same = {"request_serializer": bytes, "response_deserializer": bytes}
    with grpc.insecure_channel(f"unix:{socket}") as channel:
        for line in sys.stdin:
            asked = json.loads(line)
            request, path = bytes.fromhex(asked["request"]), asked["path"]
            try:
                if asked["stream"]:
                    call = channel.unary_stream(path, **same)(request, timeout=20)
                    response = next(call, b"")
                    if asked["stream"] == "whole":
                        for response in call:
                            pass
                    call.cancel()
                else:
                    response = channel.unary_unary(path, **same)(request, timeout=20)
                answer = {"code": "OK", "response": response.hex()}
            except grpc.RpcError as error:
                details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
                answer = {"code": error.code().name, "details": details.hex()}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
