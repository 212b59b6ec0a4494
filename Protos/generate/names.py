"""Names as protoc-c makes them for C, and as we make them for Swift."""

import re

# protoc-c appends an underscore to fields with these names.
CPP_KEYWORDS = frozenset(
    """and and_eq asm auto bitand bitor bool break case catch char class compl const const_cast
    continue default delete do double dynamic_cast else enum explicit extern false float for friend
    goto if inline int long mutable namespace new not not_eq operator or or_eq private protected
    public register reinterpret_cast return short signed sizeof static static_cast struct switch
    template this throw true try typedef typeid typename union unsigned using virtual void volatile
    wchar_t while xor xor_eq""".split()
)

SWIFT_KEYWORDS = frozenset(
    """associatedtype class deinit enum extension fileprivate func import init inout internal let
    open operator private precedencegroup protocol public rethrows static struct subscript
    typealias var break case catch continue default defer do else fallthrough for guard if in
    repeat return switch throw where while Any as await false is nil self Self super throws true
    try""".split()
)

ACRONYMS = {"id": "ID", "ids": "IDs", "url": "URL", "sip": "SIP", "crm": "CRM", "rpc": "RPC"}

# The Swift namespace of each proto package.
NAMESPACES = {
    "callback.v1": "V1",
    "callback.options.v1": "OptionsV1",
    "callback.log.v1": "LogV1",
    "callback.crm.v1": "CRMV1",
    "google.protobuf": "GoogleProtobuf",
    "google.rpc": "GoogleRPC",
    "grpc.health.v1": "HealthV1",
    "grpc.reflection.v1": "ReflectionV1",
    "grpc.reflection.v1alpha": "ReflectionV1Alpha",
    "sample.v1": "SampleV1",
    "grpc.testing": "GRPCTesting",
    "bench.v1": "BenchV1",
}


def c_lower(full_name):
    """callback.v1.PhoneNumber → callback__v1__phone_number"""
    return "__".join(_camel_to_lower(part) for part in full_name.split("."))


def c_type(full_name):
    """callback.v1.PhoneNumber → Callback__V1__PhoneNumber"""
    return "__".join(_to_camel(part) for part in full_name.split("."))


def c_field(name):
    """The struct member of a field."""
    lower = name.lower()
    return lower + "_" if lower in CPP_KEYWORDS else lower


def c_member(name):
    """The same as Swift writes it after a dot."""
    member = c_field(name)
    return f"`{member}`" if member in ("self", "init") else member


def _camel_to_lower(name):
    result, was_upper = "", True
    for letter in name:
        is_upper = letter.isupper()
        if is_upper and not was_upper:
            result += "_"
        result += letter.lower()
        was_upper = is_upper
    return result


def _to_camel(name):
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def swift_namespace(package):
    """The enum that holds a package's types."""
    try:
        return NAMESPACES[package]
    except KeyError:
        raise SystemExit(f"names.py knows no Swift namespace for the package {package}")


def swift_property(name):
    """callback_id → callbackID"""
    words = [word for word in name.split("_") if word]
    first = words[0][:1].lower() + words[0][1:]
    return quoted(first + "".join(ACRONYMS.get(word, _capitalised(word)) for word in words[1:]))


def swift_type(name):
    """caller_id → CallerID, for types named after a oneof"""
    words = [word for word in name.split("_") if word]
    return "".join(ACRONYMS.get(word, _capitalised(word)) for word in words)


def swift_message(name):
    """The struct of a message: its own name, unless Swift means something else by that."""
    return name + "Message" if name in ("Any", "Type", "Protocol", "Self") else name


def swift_enum_member(enum_name, value_name):
    """CallbackState, CALLBACK_STATE_RETRY_WAIT → retryWait"""
    prefix = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", enum_name).upper() + "_"
    stripped = value_name[len(prefix):] if value_name.startswith(prefix) else value_name
    if stripped[:1].isdigit():
        stripped = value_name
    return swift_property(stripped.lower())


def quoted(name):
    """A name that Swift keeps for itself goes into backticks, or gets a suffix where those fail."""
    if name in ("self", "init", "Self", "Type"):
        return name + "Value"
    return f"`{name}`" if name in SWIFT_KEYWORDS else name


def _capitalised(word):
    return word[:1].upper() + word[1:]
