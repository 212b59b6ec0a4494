"""Runs protoc and protoc-c."""

import pathlib
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

# Only options read this file, and protoc-c gets none of them.
DESCRIPTOR_PROTO = "google/protobuf/descriptor.proto"


def descriptor_set(files, roots):
    """Compiles proto files with everything they import, comments included."""
    import grpc_tools

    well_known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "set"
        subprocess.run(
            [sys.executable, "-m", "grpc_tools.protoc"]
            + [f"-I{root}" for root in roots]
            + [f"-I{well_known}", "--include_imports", "--include_source_info"]
            + [f"--descriptor_set_out={out}", *files],
            check=True,
        )
        return descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())


def without_options(whole):
    """What protoc-c is given: no options of ours, and no file that only options need."""
    stripped = descriptor_pb2.FileDescriptorSet()
    for file in whole.file:
        if file.name == DESCRIPTOR_PROTO:
            continue
        copy = stripped.file.add()
        copy.CopyFrom(file)
        copy.ClearField("extension")
        copy.ClearField("source_code_info")
        if DESCRIPTOR_PROTO in copy.dependency:
            copy.dependency.remove(DESCRIPTOR_PROTO)
        for service in copy.service:
            service.ClearField("options")
            for method in service.method:
                method.ClearField("options")
    return stripped


def protoc_c(stripped, files, sources):
    """Writes C sources below `sources` and headers below `sources`/include."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        (scratch / "set").write_bytes(stripped.SerializeToString(deterministic=True))
        (scratch / "out").mkdir()
        subprocess.run(
            ["protoc-c", f"--descriptor_set_in={scratch / 'set'}", f"--c_out={scratch / 'out'}"]
            + files,
            check=True,
        )
        for made in sorted((scratch / "out").rglob("*.pb-c.*")):
            relative = made.relative_to(scratch / "out")
            target = sources / ("include" if made.suffix == ".h" else "") / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(made.read_bytes())
