#!/usr/bin/env python3
"""Writes C by protoc-c and Swift values for all proto files below a folder.

What is written replaces what was there, so that the result depends on nothing but the protos and
the pinned tools.
"""

import argparse
import pathlib
import shutil

import messages
import protoc
import registry
import services
from schema import Schema


def main():
    options = _arguments()
    own = sorted(str(p.relative_to(options.protos)) for p in options.protos.rglob("*.proto"))
    whole = protoc.descriptor_set(own, [options.protos, *options.provided])
    provided = {
        str(p.relative_to(root)) for root in options.provided for p in root.rglob("*.proto")
    }
    # Files that another module provides bring the well-known types with them.
    if provided:
        provided |= {file.name for file in whole.file if file.name.startswith("google/")}
    stripped = protoc.without_options(whole)
    with_comments = type(whole)()
    for file in whole.file:
        if file.name != protoc.DESCRIPTOR_PROTO:
            with_comments.file.add().CopyFrom(file)
    schema = Schema(with_comments)
    files = [
        file for file in schema.files
        if file.name not in provided and not file.name.startswith(tuple(options.without))
        and file.name.startswith(tuple(options.only) or "")
    ]
    _write_c(options, stripped, [file.name for file in files], whole)
    _write_swift(options, schema, files, whole)


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protos", type=pathlib.Path, required=True)
    parser.add_argument("--provided", type=pathlib.Path, action="append", default=[],
                        help="protos whose C and Swift another module has")
    parser.add_argument("--provider", action="append", default=[],
                        help="the Swift module that has them")
    parser.add_argument("--except", dest="without", action="append", default=[],
                        help="folders of protos that get no C and Swift; they are embedded all the same")
    parser.add_argument("--only", action="append", default=[],
                        help="folders of protos that get C and Swift, and no others")
    parser.add_argument("--c-out", type=pathlib.Path, required=True)
    parser.add_argument("--swift-out", type=pathlib.Path, required=True)
    parser.add_argument("--registry", default="MessageTypes")
    options = parser.parse_args()
    # One module embeds the files and has the tables of methods; the others have messages only.
    options.is_main = not options.provided and not options.only
    return options


def _write_c(options, stripped, files, whole):
    out = options.c_out
    shutil.rmtree(out, ignore_errors=True)
    (out / "include").mkdir(parents=True)
    protoc.protoc_c(stripped, files, out)
    headers = sorted(
        str(p.relative_to(out / "include")) for p in (out / "include").rglob("*.pb-c.h")
    )
    if options.is_main:
        (out / "include" / "proto_files.h").write_text(registry.C_HEADER)
        (out / "proto_files.c").write_text(registry.proto_files(whole)[1])
        headers.append("proto_files.h")
    (out / "include" / "module.modulemap").write_text(registry.module_map(out.name, headers))


def _write_swift(options, schema, files, whole):
    out = options.swift_out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    method_options = None
    for file in files:
        stem = file.name.removesuffix(".proto").replace("/", "_")
        if file.messages or file.enums:
            text = messages.swift_file(schema, file, options.c_out.name, options.provider)
            (out / f"{stem}.swift").write_text(text)
        # Methods of other modules know none of our options.
        if file.services and options.is_main:
            method_options = method_options or services.MethodOptions(whole)
            (out / f"{stem}_methods.swift").write_text(
                services.swift_file(schema, file, method_options)
            )
    (out / "Namespaces.swift").write_text(registry.namespaces(schema, files))
    (out / f"{options.registry}.swift").write_text(
        registry.message_types(options.registry, files)
    )
    if options.is_main:
        (out / "Services.swift").write_text(registry.services(files))
        (out / "ProtoFiles.swift").write_text(registry.proto_files(whole)[0])


if __name__ == "__main__":
    main()
