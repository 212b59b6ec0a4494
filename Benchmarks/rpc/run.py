#!/usr/bin/env python3
"""Measures what a call costs the server: UnixRPC beside grpc++, by the same load.

The load is h2load's, over a Unix socket; the cost is the server process's CPU time, user and
system, from /proc, before and after. Rounds are interleaved, so that whatever else the machine does
falls on all servers alike. Writes a table to the file given.
"""

import argparse
import contextlib
import datetime
import os
import pathlib
import re
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
IDLE_CONNECTIONS = 400

UNARY = "/bench.v1.Bench/Resolve"
VALUES = "/bench.v1.Bench/ResolveValues"
ASYNC = "/bench.v1.Bench/ResolveAsync"
LATER = "/bench.v1.Bench/ResolveLater"
WATCH = "/bench.v1.Bench/Watch"

OURS, CQ, CALLBACK = "UnixRPC", "grpc++ async", "grpc++ callback"


def main():
    options = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench") as folder, contextlib.ExitStack() as stack:
        folder = pathlib.Path(folder)
        requests = Requests(folder)
        servers = {
            name: stack.enter_context(Server(name, binary, folder / f"{index}.sock"))
            for index, (name, binary) in enumerate(
                {
                    OURS: options.ours,
                    CQ: options.grpcpp / "grpcpp-async-server",
                    CALLBACK: options.grpcpp / "grpcpp-callback-server",
                }.items()
            )
        }
        load_before = os.getloadavg()[0]
        measured = measure(servers, requests, options)
        memory = {name: idle_connection_bytes(server) for name, server in servers.items()}
    text = report(measured, memory, options, load_before)
    print(text)
    if options.out:
        options.out.write_text(text)


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", type=pathlib.Path, required=True)
    parser.add_argument("--grpcpp", type=pathlib.Path, required=True, help="folder of its servers")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of calls")
    parser.add_argument("--out", type=pathlib.Path)
    return parser.parse_args()


class Requests:
    """Files with the bodies that h2load sends."""

    def __init__(self, folder):
        text = lambda field, value: bytes([field << 3 | 2, len(value)]) + value.encode()
        unary = text(1, "acme") + text(2, "+15550000042") + text(3, "+15559990000")
        self.unary = self._write(folder / "unary", unary)
        self.folder = folder

    def watch(self, count):
        rest, coded = count, b"\x08"
        while rest > 127:
            coded += bytes([rest & 127 | 128])
            rest >>= 7
        return self._write(self.folder / f"watch{count}", coded + bytes([rest]))

    @staticmethod
    def _write(path, message):
        path.write_bytes(b"\0" + struct.pack(">I", len(message)) + message)
        return path


class Server:
    """A running server and what the kernel says of it."""

    def __init__(self, name, binary, path):
        self.name, self.path = name, path
        self.process = subprocess.Popen([binary, path], stdout=subprocess.DEVNULL)
        self.cpus = os.sched_getaffinity(0)
        deadline = time.monotonic() + 30
        while True:
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{name} does not start")
            with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
                probe.connect(str(path))
                return
            time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def pin(self, cpus):
        """Keeps all threads of the server on these processors."""
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread), cpus)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) * TICK_SECONDS

    def resident_bytes(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return int(re.search(r"^Rss:\s+(\d+) kB", text, re.M)[1]) * 1024


def h2load(server, body, path, calls, connections, outstanding, cpus):
    """Sends calls, all of which must succeed; gives the server's CPU seconds."""
    before = server.cpu_seconds()
    ended = subprocess.run(
        ["taskset", "-c", ",".join(map(str, sorted(cpus)))]
        + ["h2load", "-B", f"unix:{server.path}", "-n", str(calls), "-c", str(connections)]
        + ["-m", str(outstanding), "-d", str(body), "-H", "content-type: application/grpc"]
        + ["-H", "te: trailers", f"http://localhost{path}"],
        capture_output=True, text=True, check=True,
    )
    spent = server.cpu_seconds() - before
    if f" {calls} succeeded" not in ended.stdout or f" {calls} 2xx" not in ended.stdout:
        sys.exit(f"calls of {server.name} failed:\n{ended.stdout}")
    return spent


class Load:
    """One row of the table."""

    def __init__(self, title, path, calls, connections, outstanding, alone=False, only=None,
                 messages=1):
        self.title, self.path, self.calls = title, path, calls
        self.connections, self.outstanding = connections, outstanding
        self.alone, self.only, self.messages = alone, only, messages

    def run(self, server, requests, scale):
        processors = sorted(os.sched_getaffinity(0))
        shared = {processors[-1]}
        server.pin(shared if self.alone else {processors[0]})
        load_cpus = shared if self.alone else {processors[-1]}
        calls, messages = self.calls, self.messages
        if messages > 1:
            # A streamed message of grpc++ costs many times as much; the time is about the same.
            messages = int(messages * scale * (1 if server.name == OURS else 0.1))
            body = requests.watch(messages)
        else:
            calls = int(calls * scale * (1 if server.name == OURS else 0.4))
            body = requests.unary
        spent = h2load(
            server, body, self.path, calls, self.connections, self.outstanding, load_cpus
        )
        return spent / (calls * messages) * 1e6


LOADS = [
    Load("unary, 8 connections × 16 outstanding", UNARY, 400_000, 8, 16),
    Load("unary, one at a time, both on one CPU", UNARY, 60_000, 1, 1, alone=True),
    Load("streamed message, 4 streams", WATCH, 4, 4, 1, messages=1_000_000),
    Load("8 × 16, Swift values", VALUES, 400_000, 8, 16, only=OURS),
    Load("8 × 16, async handler", ASYNC, 400_000, 8, 16, only=OURS),
    Load("8 × 16, async handler that waits for an actor", LATER, 200_000, 8, 16, only=OURS),
]


def measure(servers, requests, options):
    """CPU microseconds per call or message, by row and server, one for each round."""
    for server in servers.values():
        LOADS[0].run(server, requests, options.scale * 0.1)
    measured = {}
    for _ in range(options.rounds):
        for load in LOADS:
            for server in servers.values():
                if load.only in (None, server.name):
                    spent = load.run(server, requests, options.scale)
                    measured.setdefault(load.title, {}).setdefault(server.name, []).append(spent)
    return measured


def idle_connection_bytes(server):
    """What a connection costs that has made a call and waits."""
    frame = lambda kind, flags, stream, payload=b"": (
        struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload
    )
    plain = lambda text: bytes([len(text)]) + text.encode()
    field = lambda name, value: b"\0" + plain(name) + plain(value)
    block = b"\x83\x86" + field(":path", UNARY) + field(":authority", "localhost")
    block += field("te", "trailers") + field("content-type", "application/grpc")
    hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0)
    call = frame(1, 4, 1, block) + frame(0, 1, 1, b"\0\0\0\0\0")
    acknowledgement = frame(4, 1, 0)

    def connect():
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(server.path))
        connection.sendall(hello + call + acknowledgement)
        connection.settimeout(5)
        connection.recv(65_536)
        return connection

    warm = [connect() for _ in range(20)]
    time.sleep(0.3)
    before = server.resident_bytes()
    idle = [connect() for _ in range(IDLE_CONNECTIONS)]
    time.sleep(0.5)
    after = server.resident_bytes()
    for connection in warm + idle:
        connection.close()
    return (after - before) / IDLE_CONNECTIONS


def report(measured, memory, options, load_before):
    """The table as Markdown."""
    lines = [
        "# What a call costs the server",
        "",
        f"{datetime.date.today()}, {_machine()}; `make bench-rpc`",
        f"({options.rounds} interleaved rounds at scale {options.scale:g}; h2load over a Unix socket; server CPU, user and",
        "system, in µs per call: median, and in brackets the smallest and the largest round).",
        f"The load average before was {load_before:.1f}; above about 1 the machine was busy with",
        "something else, and all figures are larger than they would be.",
        "",
        f"| | {OURS} | {CQ} | {CALLBACK} | {OURS} ÷ faster grpc++ |",
        "|---|---|---|---|---|",
    ]
    for title, row in measured.items():
        cells = [_cell(row.get(name)) for name in (OURS, CQ, CALLBACK)]
        others = [statistics.median(row[name]) for name in (CQ, CALLBACK) if name in row]
        ratio = f"{statistics.median(row[OURS]) / min(others):.3f}" if others else ""
        lines.append(f"| {title} | {' | '.join(cells)} | {ratio} |")
    kilobytes = [f"{memory[name] / 1024:.1f}" for name in (OURS, CQ, CALLBACK)]
    lines.append(f"| idle connection, KB resident | {' | '.join(kilobytes)} | |")
    plain = statistics.median(measured[LOADS[0].title][OURS])
    asynchronous = statistics.median(measured[LOADS[4].title][OURS])
    goals = "at most 0.25, 0.75 and 0.1; 2.0 µs, 10 µs and 0.15 µs; 32 KB; 2 µs"
    lines += ["", f"Wanted: {goals}.", f"An asynchronous handler costs {asynchronous - plain:.2f} µs more.", ""]
    return "\n".join(lines)


def _cell(values):
    if not values:
        return ""
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def _machine():
    text = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*:\s*(.+)$", text, re.M)
    cores = len(os.sched_getaffinity(0))
    grpc = subprocess.run(["pkg-config", "--modversion", "grpc++"], capture_output=True, text=True)
    return f"{cores} cores of {model[1] if model else 'unknown'}, grpc++ {grpc.stdout.strip()}"


if __name__ == "__main__":
    if not shutil.which("h2load"):
        sys.exit("h2load is missing: apt-get install nghttp2-client")
    main()
