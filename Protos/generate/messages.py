"""Swift values for messages and enums, and their way to and from protobuf-c's structs."""

import names
from schema import Field
from writer import Writer

# proto type → (Swift type, default)
SCALARS = {
    Field.TYPE_INT32: ("Int32", "0"),
    Field.TYPE_SINT32: ("Int32", "0"),
    Field.TYPE_SFIXED32: ("Int32", "0"),
    Field.TYPE_INT64: ("Int64", "0"),
    Field.TYPE_SINT64: ("Int64", "0"),
    Field.TYPE_SFIXED64: ("Int64", "0"),
    Field.TYPE_UINT32: ("UInt32", "0"),
    Field.TYPE_FIXED32: ("UInt32", "0"),
    Field.TYPE_UINT64: ("UInt64", "0"),
    Field.TYPE_FIXED64: ("UInt64", "0"),
    Field.TYPE_FLOAT: ("Float", "0"),
    Field.TYPE_DOUBLE: ("Double", "0"),
    Field.TYPE_BOOL: ("Bool", "false"),
    Field.TYPE_STRING: ("String", '""'),
    Field.TYPE_BYTES: ("[UInt8]", "[]"),
}


class Property:
    """A stored or computed property of a message: a field, or a oneof with its fields."""

    def __init__(self, schema, message, field=None, oneof=None, comment=""):
        self.schema, self.message, self.field, self.comment = schema, message, field, comment
        self.oneof = oneof
        if oneof is not None:
            self.name = names.swift_property(oneof.name)
            self.enum_name = _oneof_type(message, oneof)
            self.type = f"{message.swift_path}.{self.enum_name}?"
            self.default = "nil"
            return
        self.name = names.swift_property(field.name)
        entry = schema.map_entry_of(field)
        single = _single_type(schema, field)
        if entry:
            key, value = (_single_type(schema, f) for f in entry.descriptor.field)
            self.type, self.default = f"[{key}: {value}]", "[:]"
        elif field.label == Field.LABEL_REPEATED:
            self.type, self.default = f"[{single}]", "[]"
        elif field.type == Field.TYPE_MESSAGE:
            self.type, self.default = f"{single}?", "nil"
        elif field.type == Field.TYPE_ENUM:
            self.type, self.default = single, _enum_zero(schema.enum_of(field))
        else:
            self.type, self.default = SCALARS[field.type]

    @property
    def is_boxed(self):
        """A message that contains itself is kept in an array of at most one."""
        return (
            self.oneof is None
            and self.field.type == Field.TYPE_MESSAGE
            and self.field.label != Field.LABEL_REPEATED
            and self.message.is_recursive
            and self.schema.message_of(self.field).is_recursive
        )

    @property
    def stored(self):
        return self.name.strip("`") + "Box" if self.is_boxed else self.name


def properties(schema, message):
    """Fields in the order of the proto; a oneof stands where its first field does."""
    result, seen = [], set()
    for field, comment in zip(message.descriptor.field, message.field_comments):
        if not field.HasField("oneof_index"):
            result.append(Property(schema, message, field=field, comment=comment))
        elif field.oneof_index not in seen:
            seen.add(field.oneof_index)
            result.append(
                Property(
                    schema,
                    message,
                    oneof=message.descriptor.oneof_decl[field.oneof_index],
                    comment=message.oneof_comments[field.oneof_index],
                )
            )
    return result


def members(message, oneof):
    """The fields of a oneof with their comments."""
    index = list(message.descriptor.oneof_decl).index(oneof)
    return [
        (field, comment)
        for field, comment in zip(message.descriptor.field, message.field_comments)
        if field.HasField("oneof_index") and field.oneof_index == index
    ]


def swift_file(schema, file, c_module, swift_imports):
    out = Writer(file.name)
    if file.messages:
        out.line(f"internal import {c_module}")
    out.line("public import ProtobufC")
    for module in swift_imports:
        out.line(f"public import {module}")
    namespace = names.swift_namespace(file.descriptor.package)
    for enum in file.enums:
        out.line()
        out.open(f"extension {namespace}")
        write_enum(out, enum)
        out.close()
    for message in file.messages:
        out.line()
        out.open(f"extension {namespace}")
        write_message(out, schema, message)
        out.close()
        for each in _with_nested(message):
            out.line()
            write_conversions(out, schema, each)
    return out.text()


def write_enum(out, enum):
    name = enum.descriptor.name
    out.doc(enum.comment, f"The enum `{enum.full_name}`.")
    out.open(f"public struct {name}: WireEnum")
    out.line("/// The number on the wire.")
    out.line("public var rawValue: Int32")
    out.line("/// Makes a value from its number, known or not.")
    out.line("public init(rawValue: Int32) { self.rawValue = rawValue }")
    known = {}
    for value, comment in zip(enum.descriptor.value, enum.value_comments):
        member = names.swift_enum_member(name, value.name)
        known.setdefault(value.number, (member, value.name))
        out.doc(comment, f"`{value.name}`.")
        out.line(f"public static var {member}: Self {{ Self(rawValue: {value.number}) }}")
    out.line("/// Every value with a name, in the order of the proto file.")
    out.open("public static var allCases: [Self]")
    out.line("[" + ", ".join(f".{member}" for member, _ in known.values()) + "]")
    out.close()
    out.line("/// The name in the proto file, nil for a number without one.")
    out.open("public var protoName: String?")
    out.line("switch rawValue {")
    for number, (_, proto_name) in known.items():
        out.line(f'case {number}: "{proto_name}"')
    out.line("default: nil")
    out.line("}")
    out.close()
    out.close()


def write_message(out, schema, message):
    all_properties = properties(schema, message)
    out.doc(message.comment, f"The message `{message.full_name}`.")
    out.open(f"public struct {message.swift_name}: WireMessage")
    for each in all_properties:
        _write_property(out, each)
    out.line("/// The message with no field set.")
    out.line("public init() {}")
    if all_properties:
        _write_memberwise(out, all_properties)
    for each in all_properties:
        if each.oneof is not None:
            _write_oneof(out, schema, message, each)
    for enum in message.enums:
        write_enum(out, enum)
    for nested in message.messages:
        if not nested.is_map_entry:
            write_message(out, schema, nested)
    out.close()


def _write_property(out, each):
    if not each.is_boxed:
        what = "At most one of" if each.oneof is not None else "The field"
        out.doc(each.comment, f"{what} `{(each.oneof or each.field).name}`.")
        out.line(f"public var {each.name}: {each.type} = {each.default}")
        return
    element = each.type.rstrip("?")
    out.line(f"private var {each.stored}: [{element}] = []")
    out.doc(each.comment, f"The field `{each.field.name}`.")
    out.open(f"public var {each.name}: {each.type}")
    out.line(f"get {{ {each.stored}.first }}")
    out.line(f"set {{ {each.stored} = newValue.map {{ [$0] }} ?? [] }}")
    out.close()


def _write_memberwise(out, all_properties):
    out.line("/// The message with these fields.")
    out.line("public init(")
    out.depth += 1
    for index, each in enumerate(all_properties):
        comma = "," if index + 1 < len(all_properties) else ""
        out.line(f"{each.name}: {each.type} = {each.default}{comma}")
    out.depth -= 1
    out.open(")")
    for each in all_properties:
        out.line(f"self.{each.name} = {each.name}")
    out.close()


def _write_oneof(out, schema, message, each):
    out.doc(each.comment, f"At most one of the fields of `{each.oneof.name}`.")
    indirect = "indirect " if message.is_recursive else ""
    out.open(f"public {indirect}enum {each.enum_name}: Hashable, Sendable")
    for field, comment in members(message, each.oneof):
        out.doc(comment, f"The field `{field.name}`.")
        out.line(f"case {names.swift_property(field.name)}({_single_type(schema, field)})")
    out.close()


def write_conversions(out, schema, message):
    c_name, c_lower = names.c_type(message.full_name), names.c_lower(message.full_name)
    all_properties = properties(schema, message)
    out.open(f"extension {message.swift_path}")
    out.line("/// The type's description by protoc-c.")
    out.open("public static let descriptor: MessageDescriptor =")
    out.lines[-1] = out.lines[-1].replace("= {", "= {")
    out.line(f"var message = {c_name}()")
    out.line(f"{c_lower}__init(&message)")
    out.line("return MessageDescriptor(message.base.descriptor)")
    out.close("}()")
    out.line()
    out.line("/// Copies an unpacked protobuf-c message of this type.")
    out.open("public init(unpacked message: UnsafeRawPointer)")
    if all_properties:
        out.line(f"let c = message.assumingMemoryBound(to: {c_name}.self)")
    for each in all_properties:
        _write_decode(out, schema, each)
    out.close()
    out.line()
    out.line("/// Builds the protobuf-c message of this type in the arena.")
    out.open("public func unpacked(in arena: Arena) -> UnsafeMutableRawPointer")
    out.line(f"let c = arena.allocate({c_name}.self)")
    out.line(f"{c_lower}__init(c)")
    for each in all_properties:
        _write_encode(out, schema, each)
    out.line("return UnsafeMutableRawPointer(c)")
    out.close()
    out.close()


def _write_decode(out, schema, each):
    if each.oneof is not None:
        out.line(f"switch c.pointee.{_oneof_case(each.oneof)}.rawValue {{")
        for field, _ in members(each.message, each.oneof):
            value = _decoded(schema, field, f"c.pointee.{names.c_member(field.name)}")
            if field.type == Field.TYPE_MESSAGE:
                value += f" ?? {_single_type(schema, field)}()"
            out.line(
                f"case {field.number}: self.{each.name} = .{names.swift_property(field.name)}({value})"
            )
        out.line(f"default: self.{each.name} = nil")
        out.line("}")
        return
    field, member = each.field, f"c.pointee.{names.c_member(each.field.name)}"
    count = f"c.pointee.n_{names.c_field(field.name)}"
    entry = schema.map_entry_of(field)
    if entry:
        key, value = (
            _decoded(schema, f, f"$0.pointee.{names.c_member(f.name)}") for f in entry.descriptor.field
        )
        if entry.descriptor.field[1].type == Field.TYPE_MESSAGE:
            value += f" ?? {_single_type(schema, entry.descriptor.field[1])}()"
        out.line(f"self.{each.name} = Unpacked.map({count}, {member}) {{ ({key}, {value}) }}")
    elif field.label == Field.LABEL_REPEATED and field.type == Field.TYPE_MESSAGE:
        out.line(f"self.{each.name} = Unpacked.messages({count}, {member})")
    elif field.label == Field.LABEL_REPEATED:
        element = _decoded(schema, field, "$0")
        out.line(f"self.{each.name} = Unpacked.array({count}, {member}) {{ {element} }}")
    elif each.is_boxed:
        element = _single_type(schema, field)
        out.line(f"self.{each.stored} = Unpacked.message({member}).map {{ (m: {element}) in [m] }} ?? []")
    else:
        out.line(f"self.{each.name} = {_decoded(schema, field, member)}")


def _write_encode(out, schema, each):
    if each.oneof is not None:
        out.line(f"switch self.{each.name} {{")
        for field, _ in members(each.message, each.oneof):
            out.line(f"case .{names.swift_property(field.name)}(let value):")
            out.line(f"  c.pointee.{_oneof_case(each.oneof)}.rawValue = {field.number}")
            out.line(
                f"  c.pointee.{names.c_member(field.name)} = {_encoded(schema, field, 'value')}"
            )
        out.line("case nil: break")
        out.line("}")
        return
    field, member = each.field, f"c.pointee.{names.c_member(each.field.name)}"
    count = f"c.pointee.n_{names.c_field(field.name)}"
    entry = schema.map_entry_of(field)
    if entry:
        key, value = entry.descriptor.field
        c_entry, c_init = names.c_type(entry.full_name), names.c_lower(entry.full_name)
        out.open(f"({count}, {member}) = arena.entries(self.{each.name}, as: {c_entry}.self)")
        out.lines[-1] += " entry, key, value in"
        out.line(f"{c_init}__init(entry)")
        out.line(f"entry.pointee.{names.c_member(key.name)} = {_encoded(schema, key, 'key')}")
        out.line(f"entry.pointee.{names.c_member(value.name)} = {_encoded(schema, value, 'value')}")
        out.close()
    elif field.label == Field.LABEL_REPEATED and field.type == Field.TYPE_MESSAGE:
        c_name = names.c_type(schema.message_of(field).full_name)
        out.line(f"({count}, {member}) = arena.messages(self.{each.name}, as: {c_name}.self)")
    elif field.label == Field.LABEL_REPEATED and field.type == Field.TYPE_STRING:
        out.line(f"({count}, {member}) = arena.strings(self.{each.name})")
    elif field.label == Field.LABEL_REPEATED:
        element = _encoded(schema, field, "$0")
        out.line(f"({count}, {member}) = arena.array(self.{each.name}) {{ {element} }}")
    elif field.type in (Field.TYPE_STRING, Field.TYPE_BYTES):
        encoded = _encoded(schema, field, "self." + each.name)
        out.line(f"if !self.{each.name}.isEmpty {{ {member} = {encoded} }}")
    else:
        out.line(f"{member} = {_encoded(schema, field, 'self.' + each.name)}")


def _decoded(schema, field, expression):
    """The Swift value of a single C value."""
    match field.type:
        case Field.TYPE_STRING:
            return f"Unpacked.string({expression})"
        case Field.TYPE_BYTES:
            return f"Unpacked.bytes({expression})"
        case Field.TYPE_BOOL:
            return f"{expression} != 0"
        case Field.TYPE_MESSAGE:
            return f"Unpacked.message({expression})"
        case Field.TYPE_ENUM:
            raw = f"{expression}.rawValue"
            if schema.enum_of(field).c_raw_type == "UInt32":
                raw = f"Int32(bitPattern: {raw})"
            return f"{_single_type(schema, field)}(rawValue: {raw})"
    return expression


def _encoded(schema, field, expression):
    """The C value of a single Swift value."""
    match field.type:
        case Field.TYPE_STRING:
            return f"arena.string({expression})"
        case Field.TYPE_BYTES:
            return f"arena.bytes({expression})"
        case Field.TYPE_BOOL:
            return f"{expression} ? 1 : 0"
        case Field.TYPE_MESSAGE:
            c_name = names.c_type(schema.message_of(field).full_name)
            return f"arena.message({expression}, as: {c_name}.self)"
        case Field.TYPE_ENUM:
            enum = schema.enum_of(field)
            raw = f"{expression}.rawValue"
            if enum.c_raw_type == "UInt32":
                raw = f"UInt32(bitPattern: {raw})"
            return f"{names.c_type(enum.full_name)}(rawValue: {raw})"
    return expression


def _single_type(schema, field):
    if field.type == Field.TYPE_MESSAGE:
        return schema.message_of(field).swift_path
    if field.type == Field.TYPE_ENUM:
        return schema.enum_of(field).swift_path
    return SCALARS[field.type][0]


def _enum_zero(enum):
    return "." + names.swift_enum_member(enum.descriptor.name, enum.descriptor.value[0].name)


def _oneof_type(message, oneof):
    """The name of a oneof's enum, kept apart from nested types and Swift's own names."""
    name = names.swift_type(oneof.name)
    taken = {m.descriptor.name for m in message.messages} | {e.descriptor.name for e in message.enums}
    return name + "Choice" if name in taken | {"Type", "Protocol", "Self"} else name


def _oneof_case(oneof):
    return names.c_field(oneof.name.lower() + "_case")


def _with_nested(message):
    yield message
    for nested in message.messages:
        if not nested.is_map_entry:
            yield from _with_nested(nested)
