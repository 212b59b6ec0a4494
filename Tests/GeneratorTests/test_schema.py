"""What the generator refuses, because C or JSON would get it wrong, and how it names things."""

import pathlib
import sys

import pytest
from google.protobuf import descriptor_pb2

GENERATE = pathlib.Path(__file__).parents[2] / "Protos" / "generate"
sys.path.insert(0, str(GENERATE))

import names  # noqa: E402
import protoc  # noqa: E402
from schema import Schema  # noqa: E402


def schema_of(tmp_path, body):
    (tmp_path / "t.proto").write_text(f'syntax = "proto3";\npackage sample.v1;\n{body}\n')
    return Schema(protoc.descriptor_set(["t.proto"], [tmp_path]))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("message M { string base = 1; }", "does not compile"),
        ("message M { string linux = 1; }", "does not compile"),
        ("message M { string unix = 1; }", "does not compile"),
        ("message M { repeated string x = 1; int32 n_x = 2; }", "does not compile"),
        ("message M { optional string x = 1; }", "proto3 optional"),
        ('message M { string x = 1 [json_name = "y"]; }', "json_name"),
        (
            "message M { message XEntry { string key = 1; string value = 2; } "
            "repeated XEntry x = 1; }",
            "for a map",
        ),
    ],
)
def test_what_c_or_json_would_get_wrong_is_refused(tmp_path, body, reason):
    with pytest.raises(SystemExit, match=reason):
        schema_of(tmp_path, body)


def test_maps_and_ordinary_names_are_taken(tmp_path):
    schema = schema_of(tmp_path, "message M { map<string, M> x = 1; int32 n_y = 2; M based = 3; }")
    assert schema.messages["sample.v1.M"].is_recursive


def test_a_list_of_itself_needs_no_box(tmp_path):
    schema = schema_of(tmp_path, "message M { repeated M x = 1; }")
    assert not schema.messages["sample.v1.M"].is_recursive


def test_protoc_c_gets_no_options():
    whole = descriptor_pb2.FileDescriptorSet()
    whole.file.add(name=protoc.DESCRIPTOR_PROTO)
    file = whole.file.add(name="a.proto", dependency=[protoc.DESCRIPTOR_PROTO, "b.proto"])
    file.extension.add(name="roles")
    file.service.add().method.add().options.deprecated = True
    stripped = protoc.without_options(whole)
    assert [f.name for f in stripped.file] == ["a.proto"]
    assert list(stripped.file[0].dependency) == ["b.proto"]
    assert not stripped.file[0].extension
    assert not stripped.file[0].service[0].method[0].HasField("options")


@pytest.mark.parametrize(
    ("proto", "swift"),
    [
        ("callback_id", "callbackID"),
        ("id", "id"),
        ("agent_ids", "agentIDs"),
        ("web_url", "webURL"),
        ("e164", "e164"),
        ("default", "`default`"),
        ("self", "selfValue"),
        ("sip_status", "sipStatus"),
    ],
)
def test_properties(proto, swift):
    assert names.swift_property(proto) == swift


@pytest.mark.parametrize(
    ("enum", "value", "swift"),
    [
        ("CallbackState", "CALLBACK_STATE_RETRY_WAIT", "retryWait"),
        ("CallerIdPresentation", "CALLER_ID_PRESENTATION_ALLOWED", "allowed"),
        ("Reason", "REASON_ROLE_MISSING", "roleMissing"),
        ("Digit", "DIGIT_1", "digit1"),
        ("Other", "SOMETHING", "something"),
    ],
)
def test_enum_members(enum, value, swift):
    assert names.swift_enum_member(enum, value) == swift


@pytest.mark.parametrize(
    ("full_name", "c_type", "c_lower"),
    [
        ("callback.v1.PhoneNumber", "Callback__V1__PhoneNumber", "callback__v1__phone_number"),
        ("a.v1.Outer.XMLThing", "A__V1__Outer__XMLThing", "a__v1__outer__xmlthing"),
    ],
)
def test_c_names_are_those_of_protoc_c(full_name, c_type, c_lower):
    assert (names.c_type(full_name), names.c_lower(full_name)) == (c_type, c_lower)
