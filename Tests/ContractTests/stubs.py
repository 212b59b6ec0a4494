"""Python stubs of the protos, generated when the tests run so that they cannot go stale."""

import importlib
import pathlib
import sys

import grpc_tools
from grpc_tools import protoc

PROTOS = pathlib.Path(__file__).resolve().parents[2] / "Protos"


# Where the stubs are, for programs that the tests start.
folder: pathlib.Path | None = None


def generate(into: pathlib.Path) -> None:
    """Generates stubs for every proto into a folder and puts it on the path."""
    global folder
    folder = into
    well_known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    files = sorted(
        str(path.relative_to(PROTOS))
        for path in PROTOS.rglob("*.proto")
        if path.relative_to(PROTOS).parts[0] in ("callback", "google")
    )
    status = protoc.main(
        [
            "protoc",
            f"-I{PROTOS}",
            f"-I{well_known}",
            f"--python_out={folder}",
            f"--grpc_python_out={folder}",
            *files,
        ]
    )
    if status != 0:
        raise RuntimeError(f"protoc ended with {status}")
    sys.path.insert(0, str(folder))
    # google.rpc is ours here; the installed google package must find it beside its own parts.
    import google

    google.__path__.append(str(folder / "google"))


def module(name: str):
    """The generated module `name`, such as callback.v1.callback_pb2."""
    return importlib.import_module(name)
