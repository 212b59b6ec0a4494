#!/usr/bin/env python3
"""A CRM of its own behind a Unix socket: what callbackd's `socket` adapter asks.

It implements every method of callback.crm.v1.CrmService on records in memory, which it reads from
a file of JSON Lines at its start:

    pip install grpcio grpcio-tools
    python crm_service.py --socket /tmp/crm.sock --records records.jsonl

A line is a record: {"id": "7", "class": "customer", "name": "Ann", "numbers": ["+12025550123"]};
further keys are "active" (for Leads), "location" and "updated_at" (Unix time in seconds). A real
program keeps its records in its CRM; the rest can stay as it is.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import signal
import sys
import tempfile
import threading
import time

import grpc
import grpc_tools
from grpc_tools import protoc

PROTOS = pathlib.Path(__file__).resolve().parents[2] / "Protos"


def load_stubs(protos=PROTOS):
    """The modules generated from the proto; in production they are generated once and kept."""
    well_known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    files = ["callback/crm/v1/crm.proto", "callback/options/v1/options.proto"]
    with tempfile.TemporaryDirectory(prefix="crm-stubs") as folder:
        arguments = ["protoc", f"-I{protos}", f"-I{well_known}"]
        arguments += [f"--python_out={folder}", f"--grpc_python_out={folder}", *files]
        if protoc.main(arguments) != 0:
            sys.exit("the stubs cannot be generated")
        sys.path.insert(0, folder)
        from callback.crm.v1 import crm_pb2, crm_pb2_grpc

        sys.path.remove(folder)
    return crm_pb2, crm_pb2_grpc


class Refused(Exception):
    """A status to answer with."""

    def __init__(self, code, words):
        super().__init__(words)
        self.code = code


class Records:
    """The CRM: records by id, and what was answered to each request_id."""

    REMEMBERED_SECONDS = 24 * 3600

    def __init__(self, pb):
        self.pb = pb
        self.lock = threading.Lock()
        self.records = {}
        self.notes = collections.defaultdict(list)
        self.answers = collections.OrderedDict()

    def read(self, path):
        """Takes over the records of a file."""
        for line in pathlib.Path(path).read_text().splitlines():
            if line.strip():
                self.add(**json.loads(line))

    def add(self, id, name, numbers, active=False, location="", updated_at=0, **rest):
        """Adds a record; numbers are E.164, an extension behind a comma."""
        record = self.pb.Record(record_id=id, name=name, location_id=location)
        record.record_class = self.pb.RecordClass.Value(f"RECORD_CLASS_{rest['class'].upper()}")
        record.active_lead = active and record.record_class == self.pb.RECORD_CLASS_LEAD
        record.updated_at.FromSeconds(int(updated_at))
        for number in numbers:
            e164, _, extension = number.partition(",")
            record.numbers.add(e164=e164, extension=extension)
        self.records[id] = record
        return record

    def of(self, line):
        """The records of a line: exactly this one, else the number without, or with any extension."""
        same, exact = [], []
        for record in self.records.values():
            held = [number for number in record.numbers if number.e164 == line.e164]
            if any(number.extension == line.extension for number in held):
                exact.append(record)
            elif any(not line.extension or not number.extension for number in held):
                same.append(record)
        return exact or same

    def get(self, record_id):
        """One record."""
        if record_id not in self.records:
            raise Refused(grpc.StatusCode.NOT_FOUND, "no record has this id")
        return self.records[record_id]

    def once(self, request, change):
        """Carries a change out, or gives the answer that the same request had before."""
        content = request.SerializeToString(deterministic=True)
        key = request.request_id
        self._forget()
        if key in self.answers:
            _, before, answer = self.answers[key]
            if before != content:
                raise Refused(grpc.StatusCode.ALREADY_EXISTS, "the request_id was used before")
            return answer
        answer = change()
        if key:
            self.answers[key] = (time.monotonic(), content, answer)
        return answer

    def _forget(self):
        oldest = time.monotonic() - self.REMEMBERED_SECONDS
        while self.answers and next(iter(self.answers.values()))[0] < oldest:
            self.answers.popitem(last=False)


def service(pb, pb_grpc, records):
    """The service on these records."""

    class CrmService(pb_grpc.CrmServiceServicer):
        def GetCapabilities(self, request, context):
            return pb.GetCapabilitiesResponse(
                creates_leads=True, links_numbers=True, adds_notes=True
            )

        def Lookup(self, request, context):
            with records.lock:
                return pb.LookupResponse(records=records.of(request.line)[:32])

        def Search(self, request, context):
            words = request.query.lower()
            digits = "".join(c for c in words if c.isdigit())
            with records.lock:
                found = [
                    record
                    for record in records.records.values()
                    if words in record.name.lower()
                    or words == record.record_id.lower()
                    or (
                        len(digits) >= 3
                        and any(digits in number.e164 for number in record.numbers)
                    )
                ]
            return pb.SearchResponse(
                records=found[: request.limit], more=len(found) > request.limit
            )

        def GetRecord(self, request, context):
            return self._answer(
                context, lambda: pb.GetRecordResponse(record=records.get(request.record_id))
            )

        def CreateLead(self, request, context):
            def create():
                for record in records.of(request.line):
                    if record.active_lead:
                        return pb.CreateLeadResponse(record=record, created=False)
                record = pb.Record(
                    record_id=f"L{len(records.records) + 1}",
                    record_class=pb.RECORD_CLASS_LEAD,
                    active_lead=True,
                    name=request.name,
                    location_id=request.location_id,
                    numbers=[request.line],
                )
                record.updated_at.GetCurrentTime()
                records.records[record.record_id] = record
                return pb.CreateLeadResponse(record=record, created=True)

            return self._answer(context, lambda: records.once(request, create))

        def LinkNumber(self, request, context):
            def link():
                record = records.get(request.record_id)
                if request.line not in record.numbers:
                    record.numbers.append(request.line)
                return pb.LinkNumberResponse(record=record)

            return self._answer(context, lambda: records.once(request, link))

        def UnlinkNumber(self, request, context):
            def unlink():
                record = records.get(request.record_id)
                was_absent = request.line not in record.numbers
                if not was_absent:
                    record.numbers.remove(request.line)
                return pb.UnlinkNumberResponse(record=record, was_absent=was_absent)

            return self._answer(context, lambda: records.once(request, unlink))

        def AddNote(self, request, context):
            def add():
                records.get(request.record_id)
                records.notes[request.record_id].append(request.text)
                return pb.AddNoteResponse()

            return self._answer(context, lambda: records.once(request, add))

        def _answer(self, context, body):
            with records.lock:
                try:
                    return body()
                except Refused as refused:
                    context.abort(refused.code, str(refused))

    return CrmService()


def serve(socket, servicer, pb_grpc):
    """Starts a server on a Unix socket that only this user may connect to."""
    if os.path.exists(socket):
        os.unlink(socket)
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=16))
    pb_grpc.add_CrmServiceServicer_to_server(servicer, server)
    before = os.umask(0o077)
    try:
        server.add_insecure_port(f"unix:{socket}")
        server.start()
    finally:
        os.umask(before)
    return server


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--socket", required=True)
    parser.add_argument("--records", type=pathlib.Path, help="a file of JSON Lines")
    options = parser.parse_args()
    # Blocked before there are threads, so that no thread but this one takes them.
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    pb, pb_grpc = load_stubs()
    records = Records(pb)
    if options.records:
        records.read(options.records)
    server = serve(options.socket, service(pb, pb_grpc, records), pb_grpc)
    print(f"{len(records.records)} records behind {options.socket}", flush=True)
    signal.sigwait(ending)
    server.stop(grace=1).wait()


if __name__ == "__main__":
    main()
