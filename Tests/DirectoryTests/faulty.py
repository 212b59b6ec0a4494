"""CRMs of each kind with forty customers, and what stands between them and the daemon: it passes on
what comes, or does what nobody should."""

import http.server
import json
import pathlib
import socket
import threading
import urllib.parse

import grpc
from api_server import HubSpot, Misbehaving, Server, each_connection
from scripted_crm import Scripted

TOKEN = "pat-na1-s3cret-token"
NUMBERS = [f"+1202555{n:04}" for n in range(40)]


class Wire:
    """Passes bytes on between two Unix sockets, whatever they mean.

    Modes: pass, slow (a byte now and then), hang, half (of what the server says next, then the end),
    garbage (bytes of no meaning instead of the server's); `refuse()` takes the socket away and ends
    what is connected, `accept()` brings it back.
    """

    def __init__(self, path, upstream):
        self.path, self.upstream = str(path), str(upstream)
        self.mode = "pass"
        self.connections = set()
        self.ended = False
        self.accept()

    def accept(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(64)
        serving = (self.listener, self._serve)
        threading.Thread(target=each_connection, args=serving, daemon=True).start()

    def refuse(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        pathlib.Path(self.path).unlink()
        for connection in list(self.connections):
            _end(connection)

    def stop(self):
        self.ended = True
        self.refuse()

    def _serve(self, client):
        server = socket.socket(socket.AF_UNIX)
        self.connections |= {client, server}
        try:
            server.connect(self.upstream)
            threading.Thread(target=self._pump, args=(client, server), daemon=True).start()
            self._answer(server, client)
        except OSError:
            pass
        for connection in (client, server):
            _end(connection)
            self.connections.discard(connection)
            connection.close()

    def _pump(self, client, server):
        try:
            while some := client.recv(65536):
                server.sendall(some)
        except OSError:
            pass
        _end(server)

    def _answer(self, server, client):
        while some := server.recv(65536):
            mode = self.mode
            if mode == "pass":
                client.sendall(some)
            elif mode == "half":
                client.sendall(some[: len(some) // 2])
                return
            elif mode == "garbage":
                client.sendall(b"\xff" * len(some))
            else:
                at = 0
                while self.mode == mode and not self.ended:
                    if mode == "slow":
                        client.sendall(some[at : at + 1])
                        at += 1
                    threading.Event().wait(0.1)
                return


def _end(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


class HubSpotCRM:
    """HubSpot behind a proxy."""

    modes = ["slow", "hang", "half", "wrong_json", "error", "closed", "refused", "huge"]

    def __init__(self, folder, *_):
        self.server = self.make()
        self.proxy = Misbehaving(self.server.server.port)
        (folder / "token").write_text(TOKEN)
        self.adapter = self.configuration(folder)

    def make(self):
        server = HubSpot(TOKEN)
        for number in NUMBERS:
            server.add(firstname="Ann", phone=number, lifecyclestage="customer")
        return server

    def configuration(self, folder):
        return f"""
kind: hubspot
name: crm
url: {self.proxy.url}
token_file: {folder}/token
requests_per_second: 1000
"""

    def fail(self, mode):
        if mode == "refused":
            self.proxy.refuse()
        else:
            self.proxy.mode = mode

    def recover(self, mode):
        if mode == "refused":
            self.proxy.accept()
        else:
            self.proxy.mode = "pass"

    def stop(self):
        self.proxy.stop()
        self.server.stop()


class JSONCRM(HubSpotCRM):
    """An API of another shape behind the same proxy."""

    def make(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
                phone = query["phone"][0]
                found = [{"id": f"c{phone[-4:]}", "name": "Ann", "phone": phone}]
                body = json.dumps(found if phone in NUMBERS else []).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        class API:
            def __init__(self):
                self.server = Server(Handler)

            def stop(self):
                self.server.stop()

        return API()

    def configuration(self, folder):
        return f"""
kind: http
name: crm
lookup: {{url: "{self.proxy.url}/?phone={{e164}}"}}
answer: {{id: id, name: name, phones: phone}}
classes: {{customer: ["", "*"]}}
"""


class SocketCRM:
    """A program behind a Unix socket."""

    modes = ["slow", "hang", "half", "garbage", "error", "refused", "huge"]

    def __init__(self, folder, pb, _):
        self.program = Scripted(folder / "crm", pb)
        for at, number in enumerate(NUMBERS):
            self.program.records.add(
                id=f"c{at}", name="Ann", numbers=[number], **{"class": "customer"}
            )
        record = pb.crm.Record(record_id="x", name="y" * (64 << 20), record_class=2)
        self.huge = pb.crm.LookupResponse(records=[record])
        self.mode = "pass"
        self.program.replace("Lookup", self._lookup)
        self.program.start()
        self.wire = Wire(folder / "wire", folder / "crm")
        self.adapter = f"kind: socket\nname: crm\npath: {folder}/wire\n"

    def _lookup(self, request, context, answer):
        if self.mode == "error":
            context.abort(grpc.StatusCode.INTERNAL, "the program failed")
        return self.huge if self.mode == "huge" else answer()

    def fail(self, mode):
        self.mode = mode
        if mode == "refused":
            self.wire.refuse()
        elif mode not in ("error", "huge"):
            self.wire.mode = mode

    def recover(self, mode):
        self.mode = self.wire.mode = "pass"
        if mode == "refused":
            self.wire.accept()

    def stop(self):
        self.wire.stop()
        self.program.stop()


class PostgresCRM:
    """A database of PostgreSQL."""

    modes = ["slow", "hang", "half", "garbage", "error", "refused", "huge"]

    def __init__(self, folder, _, server):
        self.server = server
        rows = ", ".join(f"('c{at}', 'Ann', '{number}')" for at, number in enumerate(NUMBERS))
        self.query(
            f"""DROP VIEW IF EXISTS callers, gone; DROP TABLE IF EXISTS people;
            CREATE TABLE people (id text, name text, phone text);
            INSERT INTO people VALUES {rows};
            CREATE OR REPLACE VIEW callers AS SELECT * FROM people;
            GRANT SELECT ON callers TO PUBLIC"""
        )
        self.wire = Wire(folder / ".s.PGSQL.5432", server.folder / ".s.PGSQL.5432")
        (folder / "password").write_text("owner's secret")
        self.adapter = f"""
kind: postgres
name: crm
connection: "host={folder} dbname=postgres user=owner"
password_file: {folder}/password
lookup_query: "SELECT id, name, 'customer' AS class, phone FROM callers WHERE phone = $1"
classes: {{customer: customer}}
"""

    def query(self, sql):
        return self.server.query(sql)

    def fail(self, mode):
        if mode == "refused":
            self.wire.refuse()
        elif mode == "error":
            self.query("ALTER VIEW callers RENAME TO gone")
        elif mode == "huge":
            # Whoever is asked for, it has no end.
            self.query(
                """CREATE OR REPLACE VIEW callers AS SELECT 'x' AS id, repeat('x', 100000) AS name,
                '+1202555' || lpad(n::text, 4, '0') AS phone
                FROM generate_series(0, 39) n, generate_series(1, 10000)"""
            )
        else:
            self.wire.mode = mode

    def recover(self, mode):
        if mode == "refused":
            self.wire.accept()
        elif mode == "error":
            self.query("ALTER VIEW gone RENAME TO callers")
        elif mode == "huge":
            self.query("CREATE OR REPLACE VIEW callers AS SELECT * FROM people")
        else:
            self.wire.mode = "pass"

    def stop(self):
        self.wire.stop()
