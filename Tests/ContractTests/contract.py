"""The contract as the protos state it: methods, the reasons that each documents, their codes."""

import dataclasses
import re

import grpc
from mirror import FILES, POOL, ROOT

import reference  # noqa: E402, beside the protos

REASONS = POOL.FindEnumTypeByName("callback.options.v1.Reason")
_OPTIONS = POOL.FindMessageTypeByName("google.protobuf.MethodOptions")

# Every method may answer these, which is why no method lists them: as the documents say.
EVERYWHERE = set(reference.EVERYWHERE)


@dataclasses.dataclass(frozen=True)
class Method:
    """A method that the daemon serves."""

    path: str
    name: str
    request: str
    response: str
    streams: tuple[bool, bool]
    mutates: bool
    reasons: frozenset[str]

    @property
    def is_unary(self) -> bool:
        """Whether one message answers one message."""
        return self.streams == (False, False)


def _method(method) -> Method:
    from google.protobuf import message_factory

    options = message_factory.GetMessageClass(_OPTIONS).FromString(
        method.GetOptions().SerializeToString()
    )
    reasons = options.Extensions[POOL.FindExtensionByName("callback.options.v1.reasons")]
    return Method(
        path=f"/{method.containing_service.full_name}/{method.name}",
        name=f"{method.containing_service.name}/{method.name}",
        request=method.input_type.full_name,
        response=method.output_type.full_name,
        streams=(method.client_streaming, method.server_streaming),
        mutates=options.Extensions[POOL.FindExtensionByName("callback.options.v1.mutates")],
        reasons=frozenset(
            REASONS.values_by_number[number].name.removeprefix("REASON_") for number in reasons
        ),
    )


# Every method of ours that the daemon serves, by service and name. A CRM serves callback.crm itself;
# health and reflection are gRPC's, and have tests of their own.
METHODS = {
    made.name: made
    for file in FILES
    if file.package == "callback.v1"
    for service in file.services_by_name.values()
    for made in map(_method, service.methods)
}
BY_PATH = {method.path: method for method in METHODS.values()}


def _codes() -> dict[str, grpc.StatusCode]:
    """The status that each reason comes with: its comment begins with it."""
    text = (ROOT / "Protos" / "callback" / "options" / "v1" / "options.proto").read_text()
    found = re.findall(r"  // ([A-Z_]+): (?:[^\n]*\n  //)*[^\n]*\n  REASON_([A-Z_]+) =", text)
    return {reason: grpc.StatusCode[code] for code, reason in found}


# The status of every reason.
CODES = _codes()
