"""Python stubs of the interop protos, generated when the tests run."""

import importlib
import pathlib
import sys

import grpc
from grpc_tools import protoc

PROTOS = pathlib.Path(__file__).resolve().parent / "Protos"


def generate(folder: pathlib.Path) -> None:
    """Generates the stubs into `folder`, where the grpc package finds its `testing` part."""
    files = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))
    arguments = [f"-I{PROTOS}", f"--python_out={folder}", f"--grpc_python_out={folder}", *files]
    if status := protoc.main(["protoc", *arguments]):
        raise RuntimeError(f"protoc ended with {status}")
    sys.path.insert(0, str(folder))
    grpc.__path__.append(str(folder / "grpc"))


def module(name: str):
    """The generated module `name`, such as messages_pb2."""
    return importlib.import_module(f"grpc.testing.{name}")
