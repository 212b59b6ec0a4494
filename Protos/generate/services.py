"""Typed tables of methods, with what the method options say."""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

import names
from writer import Writer


class MethodOptions:
    """Reads the options of callback.options.v1 through the descriptors that define them."""

    def __init__(self, descriptor_set):
        pool = descriptor_pool.DescriptorPool()
        for file in descriptor_set.file:
            pool.AddSerializedFile(file.SerializeToString())
        options = pool.FindMessageTypeByName("google.protobuf.MethodOptions")
        self._type = message_factory.GetMessageClass(options)
        find = pool.FindExtensionByName
        self._roles = find("callback.options.v1.roles")
        self._mutates = find("callback.options.v1.mutates")
        self._reasons = find("callback.options.v1.reasons")
        self._acts_for = find("callback.options.v1.acts_for")

    def read(self, method):
        """Roles and reasons as Swift's members, and whether the method changes something."""
        roles, mutates, reasons = self.named(method)
        return (
            [self._member(self._roles, name) for name in roles],
            mutates,
            [self._member(self._reasons, name) for name in reasons],
        )

    def acts_for(self, method):
        """The request's fields that say for whom the call acts."""
        options = self._type.FromString(method.options.SerializeToString())
        return list(options.Extensions[self._acts_for])

    @staticmethod
    def is_idempotent(method):
        """Whether the proto says that carrying the call out twice does what once does."""
        return method.options.idempotency_level != descriptor_pb2.MethodOptions.IDEMPOTENCY_UNKNOWN

    @staticmethod
    def has_no_effects(method):
        """Whether the proto says that the call changes nothing."""
        return method.options.idempotency_level == descriptor_pb2.MethodOptions.NO_SIDE_EFFECTS

    def named(self, method):
        """The same with the names of the proto files."""
        options = self._type.FromString(method.options.SerializeToString())
        return (
            self._names(options, self._roles),
            options.Extensions[self._mutates],
            self._names(options, self._reasons),
        )

    def _names(self, options, extension):
        values = extension.enum_type.values_by_number
        return [values[number].name for number in options.Extensions[extension]]

    def _member(self, extension, name):
        return "." + names.swift_enum_member(extension.enum_type.name, name)


def swift_file(schema, file, options):
    out = Writer(file.name)
    for service in file.services:
        out.line()
        _write_service(out, schema, service, options)
    _write_repeatable(out, schema, file, options)
    _write_acting(out, schema, file, options)
    return out.text()


def _write_repeatable(out, schema, file, options):
    """Requests that carry a request id: those of the methods that change something."""
    names_of_requests = []
    for service in file.services:
        for method in service.methods:
            _, mutates, _ = options.read(method.descriptor)
            request = schema.messages[method.descriptor.input_type.lstrip(".")]
            has_id = any(field.name == "request_id" for field in request.descriptor.field)
            if not mutates or method.descriptor.client_streaming and not has_id:
                continue
            if not has_id:
                raise SystemExit(
                    f"{service.full_name}.{method.descriptor.name} mutates without a request_id"
                )
            if request.swift_path not in names_of_requests:
                names_of_requests.append(request.swift_path)
    if names_of_requests:
        out.line()
    for name in names_of_requests:
        out.line(f"extension {name}: RepeatableRequest {{}}")


def _write_acting(out, schema, file, options):
    """Requests that say for whom they act: those of the methods that name such fields."""
    kinds = {"agent_id": "agents", "agent_ids": "agents", "attempt_id": "attempts",
             "session_id": "sessions"}
    for service in file.services:
        for method in service.methods:
            fields = options.acts_for(method.descriptor)
            if not fields:
                continue
            request = schema.messages[method.descriptor.input_type.lstrip(".")]
            named = {}
            for field in fields:
                kind = kinds.get(field.split(".")[-1])
                value = _value(schema, request, field)
                if kind is None or value is None:
                    raise SystemExit(
                        f"{service.full_name}.{method.descriptor.name} acts for {field},"
                        " which names no agent, attempt or session of its request"
                    )
                named[kind] = value
            out.line()
            out.open(f"extension {request.swift_path}: ActingRequest")
            out.line("/// For whom the call acts.")
            arguments = ", ".join(f"{k}: {named[k]}" for k in sorted(named))
            out.line(f"public var actsFor: ActsFor {{ ActsFor({arguments}) }}")
            out.close()


def _value(schema, message, path):
    """The Swift expression for the texts of a field; nil where the request has no such field."""
    name, _, rest = path.partition(".")
    field = next((f for f in message.descriptor.field if f.name == name), None)
    if field is None:
        return None
    member = names.swift_property(name)
    if rest:
        inner = schema.messages[field.type_name.lstrip(".")]
        value = _value(schema, inner, rest)
        return value and f"{member}.map {{ [$0.{value.strip('[]')}] }} ?? []"
    return member if field.label == field.LABEL_REPEATED else f"[{member}]"


def _write_service(out, schema, service, options):
    out.doc(service.comment, f"The methods of `{service.full_name}`.")
    out.open(f"public enum {service.descriptor.name}Methods")
    out.line("/// The full name of the service.")
    out.line(f'public static let serviceName = "{service.full_name}"')
    members = []
    for method in service.methods:
        descriptor = method.descriptor
        member = names.quoted(descriptor.name[:1].lower() + descriptor.name[1:])
        members.append(member)
        request = schema.messages[descriptor.input_type.lstrip(".")].swift_path
        response = schema.messages[descriptor.output_type.lstrip(".")].swift_path
        roles, mutates, reasons = options.read(descriptor)
        out.line()
        out.doc(method.comment, f"`{descriptor.name}`.")
        out.line(f"public static let {member} = RPCMethod<{request}, {response}>(")
        out.line(f'  service: serviceName, name: "{descriptor.name}", kind: .{_kind(descriptor)},')
        if mutates and options.has_no_effects(descriptor):
            raise SystemExit(f"{service.full_name}.{descriptor.name} mutates without side effects")
        out.line(f"  roles: [{', '.join(roles)}], mutates: {_literal_bool(mutates)},")
        out.line(f"  isIdempotent: {_literal_bool(options.is_idempotent(descriptor))},")
        out.line(f"  reasons: [{', '.join(reasons)}],")
        out.line(f"  summary: {_literal(method.comment)})")
    out.line()
    out.line("/// Every method of the service, in the order of the proto file.")
    out.open("public static let all: [any AnyRPCMethod] = [")
    out.lines[-1] = out.lines[-1].removesuffix(" {")
    for member in members:
        out.line(f"{member},")
    out.close("]")
    out.close()


def _literal_bool(value):
    return "true" if value else "false"


def _kind(method):
    return {
        (False, False): "unary",
        (False, True): "serverStream",
        (True, False): "clientStream",
        (True, True): "bidirectional",
    }[method.client_streaming, method.server_streaming]


def _literal(comment):
    text = " ".join(comment.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
