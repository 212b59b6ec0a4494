#!/usr/bin/env python3
"""Measures what ResolveCaller costs callbackd, beside grpc++ looking up a hash map.

Both servers get the same load over a Unix socket: 10,000 different numbers in turn, on 8
connections with 16 calls outstanding each. The cost is the server process's CPU time. callbackd is
the whole daemon with 200,000 records; the servers of grpc++ are those of `make bench-rpc`. Rounds
are interleaved. Writes a table to the file given.
"""

import argparse
import contextlib
import csv
import datetime
import importlib.util
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
_spec = importlib.util.spec_from_file_location("bench_rpc", HERE.parent / "rpc" / "run.py")
rpc = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(rpc)

RESOLVE = "/callback.v1.CallbackService/ResolveCaller"
RECORDS = 200_000
ASKED = 10_000
CONNECTIONS, OUTSTANDING = 8, 16
OURS, CQ, CALLBACK = "callbackd", rpc.CQ, rpc.CALLBACK


def main():
    options = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench") as folder, contextlib.ExitStack() as stack:
        folder = pathlib.Path(folder)
        servers = {OURS: stack.enter_context(_callbackd(folder, options))}
        for name, binary in [(CQ, "grpcpp-async-server"), (CALLBACK, "grpcpp-callback-server")]:
            server = rpc.Server(name, options.grpcpp / binary, folder / f"{binary}.sock")
            servers[name] = stack.enter_context(server)
        loads = _loads(folder)
        load_before = os.getloadavg()[0]
        measured = _measure(servers, loads, options)
        resident = servers[OURS].resident_bytes()
    text = _report(measured, options, load_before, resident)
    print(text)
    if options.out:
        options.out.write_text(text)


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--daemon", type=pathlib.Path, required=True)
    parser.add_argument("--ctl", type=pathlib.Path, required=True)
    parser.add_argument("--load", type=pathlib.Path, required=True)
    parser.add_argument("--grpcpp", type=pathlib.Path, required=True, help="folder of its servers")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of calls")
    parser.add_argument("--out", type=pathlib.Path)
    return parser.parse_args()


@contextlib.contextmanager
def _callbackd(folder, options):
    """The daemon with its records."""
    program = folder / "callbackd"
    program.write_text(
        f'#!/bin/sh\nexec "{options.daemon.resolve()}" --data "{folder}/data" --socket "$1"\n'
    )
    program.chmod(0o755)
    records = folder / "records.csv"
    with open(records, "w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["id", "class", "name", "active", "phone"])
        for n in range(RECORDS):
            kind = ("lead", "customer", "previous_customer")[n % 3]
            lines.writerow([f"rec-{n}", kind, f"Caller {n}", "yes" if n % 3 == 0 else "", _number(n)])
    with rpc.Server(OURS, program, folder / "callbackd.sock") as server:
        subprocess.run(
            [options.ctl, "--socket", server.path, "directory", "import", records],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        yield server


def _number(n):
    """A possible number of the United States; every one another."""
    return f"+1{201 + n // 100_000:03}{200 + n // 1000 % 100:03}{n % 1000:04}"


def _written(number):
    """As people there write it."""
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}"


def _text(field, value):
    return bytes([field << 3 | 2, len(value)]) + value.encode()


def _bodies(path, messages):
    with open(path, "wb") as file:
        for message in messages:
            file.write(b"\0" + struct.pack(">I", len(message)) + message)
    return path


class Load:
    """One row of the table; where `asked_before` says so, each number is asked once unmeasured."""

    def __init__(self, title, path, bodies, calls, asked_before=False, only=None):
        self.title, self.path, self.bodies, self.calls = title, path, bodies, calls
        self.asked_before, self.only = asked_before, only

    def run(self, server, options):
        """The microseconds of the server's CPU that a call takes."""
        if self.asked_before:
            self._ask(server, options, ASKED)
        calls = int(self.calls * options.scale * (1 if server.name == OURS else 0.4))
        before = server.cpu_seconds()
        self._ask(server, options, calls)
        return (server.cpu_seconds() - before) / calls * 1e6

    def _ask(self, server, options, calls):
        processors = sorted(os.sched_getaffinity(0))
        server.pin({processors[0]})
        path, bodies = self.path[server.name == OURS], self.bodies[server.name == OURS]
        ended = subprocess.run(
            ["taskset", "-c", str(processors[-1]), options.load, server.path, path, bodies]
            + [str(calls), str(CONNECTIONS), str(OUTSTANDING)],
            capture_output=True, text=True,
        )
        if ended.returncode != 0:
            sys.exit(f"calls of {server.name} failed: {ended.stdout}{ended.stderr}")


def _loads(folder):
    ours = lambda numbers: [_text(1, number) for number in numbers]
    asked = [_number(n) for n in range(ASKED)]
    theirs = [
        _text(1, "acme") + _text(2, f"+1555{n:07}") + _text(3, "+15559990000")
        for n in range(ASKED)
    ]
    many = [_number(n) for n in range(ASKED, RECORDS)]
    unknown = [f"+1999{200 + n // 1000:03}{n % 1000:04}" for n in range(ASKED)]
    hash_map = _bodies(folder / "hash-map", theirs)
    paths = {True: RESOLVE, False: rpc.UNARY}

    def load(title, name, numbers, calls, asked_before=False, only=OURS):
        bodies = {True: _bodies(folder / name, ours(numbers)), False: hash_map}
        return Load(title, paths, bodies, calls, asked_before, only)

    return [
        load("10,000 numbers in E.164", "e164", asked, 400_000, asked_before=True, only=None),
        load("10,000 numbers as people write them", "written", map(_written, asked), 400_000,
             asked_before=True),
        load("10,000 unknown numbers in E.164", "unknown", unknown, 400_000, asked_before=True),
        load("190,000 numbers in E.164, none asked lately", "many", many, 190_000),
        load("190,000 as people write them, none asked lately", "many-written",
             map(_written, many), 190_000),
    ]


def _measure(servers, loads, options):
    """CPU microseconds per call, by row and server, one for each round."""
    for server in servers.values():
        loads[0].run(server, options)
    measured = {}
    for _ in range(options.rounds):
        for load in loads:
            for server in servers.values():
                if load.only in (None, server.name):
                    spent = load.run(server, options)
                    measured.setdefault(load.title, {}).setdefault(server.name, []).append(spent)
    return measured


def _report(measured, options, load_before, resident):
    lines = [
        "# What a look-up costs the server",
        "",
        f"{datetime.date.today()}, {rpc._machine()}; `make bench-resolve`",
        f"({options.rounds} interleaved rounds at scale {options.scale:g}; 8 connections × 16",
        "outstanding calls over a Unix socket; server CPU, user and system, in µs per call: median,",
        "and in brackets the smallest and the largest round). The load average before was",
        f"{load_before:.1f}; above about 1 the machine was busy with something else, and all figures",
        "are larger than they would be.",
        "",
        f"| ResolveCaller | {OURS} | {CQ} | {CALLBACK} | {OURS} ÷ faster grpc++ |",
        "|---|---|---|---|---|",
    ]
    for title, row in measured.items():
        cells = [rpc._cell(row.get(name)) for name in (OURS, CQ, CALLBACK)]
        others = [statistics.median(row[name]) for name in (CQ, CALLBACK) if name in row]
        ratio = f"{statistics.median(row[OURS]) / min(others):.3f}" if others else ""
        lines.append(f"| {title} | {' | '.join(cells)} | {ratio} |")
    lines += [
        "",
        "The servers of grpc++ look the same number of numbers up in a hash map of 100,000. callbackd",
        f"is the whole daemon with {RECORDS:,} records, {resident / 2**20:.0f} MB resident afterwards;",
        "the first three rows are answered out of what it keeps of the last minute, each number having",
        "been asked once before the measurement; the others out of SQLite.",
        "",
        "Wanted of the first row: at most 2.5 µs, and at most 0.25 of grpc++.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
