"""The proto files as the generator sees them: descriptors with their comments."""

from dataclasses import dataclass, field

from google.protobuf import descriptor_pb2

import names

Field = descriptor_pb2.FieldDescriptorProto


@dataclass
class Enum:
    descriptor: descriptor_pb2.EnumDescriptorProto
    full_name: str
    swift_path: str
    comment: str
    value_comments: list

    @property
    def c_raw_type(self):
        """Swift's importer makes a C enum signed only when a value is negative."""
        return "Int32" if any(v.number < 0 for v in self.descriptor.value) else "UInt32"


@dataclass
class Message:
    descriptor: descriptor_pb2.DescriptorProto
    full_name: str
    swift_path: str
    comment: str
    field_comments: list
    oneof_comments: list
    messages: list = field(default_factory=list)
    enums: list = field(default_factory=list)
    is_recursive: bool = False

    @property
    def swift_name(self):
        return self.swift_path.rpartition(".")[2]

    @property
    def is_map_entry(self):
        return self.descriptor.options.map_entry


@dataclass
class Method:
    descriptor: descriptor_pb2.MethodDescriptorProto
    comment: str


@dataclass
class Service:
    descriptor: descriptor_pb2.ServiceDescriptorProto
    full_name: str
    comment: str
    methods: list


@dataclass
class File:
    descriptor: descriptor_pb2.FileDescriptorProto
    messages: list
    enums: list
    services: list

    @property
    def name(self):
        return self.descriptor.name


class Schema:
    """Every file of a descriptor set, with messages and enums by full name."""

    def __init__(self, descriptor_set):
        self.messages = {}
        self.enums = {}
        self.files = [self._file(file) for file in descriptor_set.file]
        for message in self.messages.values():
            self._refuse_what_c_cannot_compile(message)
            message.is_recursive = self._contains_itself(message)

    def _file(self, file):
        # What Google says about its types stays with Google.
        is_foreign = file.package == "google.protobuf"
        comments = {} if is_foreign else _comments(file)
        namespace = names.swift_namespace(file.package)
        messages = [
            self._message(m, file.package, namespace, (4, i), comments)
            for i, m in enumerate(file.message_type)
        ]
        enums = [
            self._enum(e, file.package, namespace, (5, i), comments)
            for i, e in enumerate(file.enum_type)
        ]
        services = [
            Service(
                s,
                f"{file.package}.{s.name}",
                comments.get((6, i), ""),
                [Method(m, comments.get((6, i, 2, j), "")) for j, m in enumerate(s.method)],
            )
            for i, s in enumerate(file.service)
        ]
        return File(file, messages, enums, services)

    def _message(self, descriptor, scope, swift_scope, path, comments):
        message = Message(
            descriptor,
            f"{scope}.{descriptor.name}",
            f"{swift_scope}.{names.swift_message(descriptor.name)}",
            comments.get(path, ""),
            [comments.get(path + (2, i), "") for i in range(len(descriptor.field))],
            [comments.get(path + (8, i), "") for i in range(len(descriptor.oneof_decl))],
        )
        self.messages[message.full_name] = message
        for i, nested in enumerate(descriptor.nested_type):
            message.messages.append(
                self._message(nested, message.full_name, message.swift_path, path + (3, i), comments)
            )
        for i, nested in enumerate(descriptor.enum_type):
            message.enums.append(
                self._enum(nested, message.full_name, message.swift_path, path + (4, i), comments)
            )
        return message

    def _enum(self, descriptor, scope, swift_scope, path, comments):
        enum = Enum(
            descriptor,
            f"{scope}.{descriptor.name}",
            f"{swift_scope}.{descriptor.name}",
            comments.get(path, ""),
            [comments.get(path + (2, i), "") for i in range(len(descriptor.value))],
        )
        self.enums[enum.full_name] = enum
        return enum

    def message_of(self, field):
        return self.messages[field.type_name.lstrip(".")]

    def enum_of(self, field):
        return self.enums[field.type_name.lstrip(".")]

    def map_entry_of(self, field):
        """The entry message of a map field, None for every other field."""
        if field.type != Field.TYPE_MESSAGE or field.label != Field.LABEL_REPEATED:
            return None
        message = self.message_of(field)
        return message if message.is_map_entry else None

    def _contains_itself(self, start):
        """Whether singular fields lead from a message back to it: its value needs a box."""
        seen, waiting = set(), [start]
        while waiting:
            for field in waiting.pop().descriptor.field:
                if field.type != Field.TYPE_MESSAGE or field.label == Field.LABEL_REPEATED:
                    continue
                target = self.message_of(field)
                if target is start:
                    return True
                if target.full_name not in seen:
                    seen.add(target.full_name)
                    waiting.append(target)
        return False

    def _refuse_what_c_cannot_compile(self, message):
        repeated = {
            "n_" + f.name for f in message.descriptor.field if f.label == Field.LABEL_REPEATED
        }
        for field in message.descriptor.field:
            where = f"{message.full_name}.{field.name}"
            if field.name in ("base", "linux", "unix") or field.name in repeated:
                raise SystemExit(f"{where}: this name does not compile in protobuf-c's C")
            if field.proto3_optional:
                raise SystemExit(f"{where}: Debian's protoc-c refuses proto3 optional")
            if field.type == Field.TYPE_GROUP:
                raise SystemExit(f"{where}: groups are not supported")
            if field.json_name != _json_name(field.name):
                raise SystemExit(f"{where}: a json_name of its own is lost in protobuf-c")
            looks_like_map = (
                field.type == Field.TYPE_MESSAGE
                and field.label == Field.LABEL_REPEATED
                and self.message_of(field).descriptor.name == _entry_name(field.name)
            )
            if looks_like_map and not self.map_entry_of(field):
                raise SystemExit(f"{where}: JSON would take this for a map")


def _comments(file):
    """Leading comments by path; a trailing comment where there is no leading one."""
    return {
        tuple(location.path): (location.leading_comments or location.trailing_comments)
        for location in file.source_code_info.location
        if location.leading_comments or location.trailing_comments
    }


def _json_name(name):
    first, *others = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def _entry_name(name):
    return "".join(word[:1].upper() + word[1:] for word in name.split("_")) + "Entry"
