"""HTTP servers of the tests' own: one shaped like HubSpot's API, and one that misbehaves."""

import collections
import http.server
import json
import re
import socket
import ssl
import threading
import time
import urllib.parse

CONTACTS = "/crm/v3/objects/contacts"


class Server:
    """A threaded server on a port of this machine, a free one unless it is named, with TLS where it has a certificate."""

    def __init__(self, handler, certificate=None, port=0):
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]
        self.scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(context)
            self.http.socket = context.wrap_socket(
                self.http.socket, server_side=True, do_handshake_on_connect=False
            )
            self.scheme = "https"
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def stop(self):
        self.http.shutdown()
        self.http.server_close()


class HubSpot:
    """Contacts behind an API with the shapes of HubSpot's, and the errors that it may give."""

    def __init__(self, token, certificate=None, per_second=1000, port=0):
        self.token = token
        self.per_second = per_second
        self.lock = threading.Lock()
        self.contacts = {}
        self.notes = collections.defaultdict(list)
        self.requests = []  # (method, path)
        self.answered_429 = 0
        self.times = collections.deque()
        self.faults = collections.deque()  # (status, headers) for the next requests
        hub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_any(self):
                length = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                status, headers, answer = hub.answer(
                    self.command, self.path, self.headers.get("authorization"), body
                )
                content = json.dumps(answer).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = handle_any

        self.server = Server(Handler, certificate, port)

    @property
    def url(self):
        return self.server.url

    def stop(self):
        self.server.stop()

    def add(self, **properties):
        """Adds a contact; gives its id."""
        with self.lock:
            return self._add(properties)

    def _add(self, properties):
        contact_id = str(1000 + len(self.contacts))
        self.contacts[contact_id] = {
            "lastmodifieddate": f"2026-01-{len(self.contacts) + 1:02}T00:00:00.000Z",
            **properties,
        }
        return contact_id

    def answer(self, method, path, authorization, body):
        """A status, headers and what stands in the body."""
        with self.lock:
            self.requests.append((method, path))
            if self.faults:
                status, headers = self.faults.popleft()
                return status, headers, {"status": "error", "message": "scripted"}
            if authorization != f"Bearer {self.token}":
                return 401, {}, {"status": "error", "category": "INVALID_AUTHENTICATION"}
            now = time.monotonic()
            while self.times and self.times[0] < now - 1:
                self.times.popleft()
            if len(self.times) >= self.per_second:
                self.answered_429 += 1
                return 429, {}, {"status": "error", "policyName": "SECONDLY"}
            self.times.append(now)
            return self._route(method, path, body)

    def _route(self, method, path, body):
        url = urllib.parse.urlsplit(path)
        if (method, url.path) == ("POST", f"{CONTACTS}/search"):
            return 200, {}, self._search(body)
        if (method, url.path) == ("POST", CONTACTS):
            return 201, {}, self._shown(self._add(body["properties"]), [])
        if (method, url.path) == ("POST", "/crm/v3/objects/notes"):
            to = body["associations"][0]["to"]["id"]
            self.notes[to].append(body["properties"]["hs_note_body"])
            return 201, {}, {"id": "1"}
        contact_id = url.path.removeprefix(f"{CONTACTS}/")
        if contact_id not in self.contacts:
            return 404, {}, {"status": "error", "category": "OBJECT_NOT_FOUND"}
        if method == "PATCH":
            self.contacts[contact_id].update(body["properties"])
        wanted = urllib.parse.parse_qs(url.query).get("properties", [""])[0].split(",")
        return 200, {}, self._shown(contact_id, wanted)

    def _search(self, body):
        groups = body.get("filterGroups", [])
        assert len(groups) <= 5
        found = [
            contact_id
            for contact_id, contact in self.contacts.items()
            if any(all(self._fits(contact, f) for f in group["filters"]) for group in groups)
            or ("query" in body and body["query"].lower() in json.dumps(contact).lower())
        ]
        shown = [self._shown(one, body["properties"]) for one in found[: body["limit"]]]
        return {"total": len(found), "results": shown}

    def _fits(self, contact, wanted):
        # The searchable properties hold the digits without the country code.
        name = {
            "hs_searchable_calculated_phone_number": "phone",
            "hs_searchable_calculated_mobile_number": "mobilephone",
        }.get(wanted["propertyName"], wanted["propertyName"])
        value = contact.get(name, "")
        if wanted["operator"] == "EQ":
            return value == wanted["value"]
        digits = re.sub(r"[^0-9]", "", value.split("ext")[0])
        return wanted["operator"] == "CONTAINS_TOKEN" and digits.endswith(
            wanted["value"].lstrip("*")
        )

    def _shown(self, contact_id, wanted):
        contact = self.contacts[contact_id]
        return {
            "id": contact_id,
            "properties": {name: contact.get(name) for name in wanted},
            "createdAt": "2026-01-01T00:00:00.000Z",
            "archived": False,
        }


def each_connection(listener, serve):
    """Serves each connection in a thread of its own, until the listener is closed."""
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=serve, args=(client,), daemon=True).start()


class Misbehaving:
    """Stands before a server and passes on what comes, or does what no server should.

    Modes: pass, slow (a byte now and then), hang, half (of an answer), wrong_json, error (500),
    closed (each connection at once), huge (an answer without an end); `refuse()` and `accept()`
    close and open the port.
    """

    def __init__(self, upstream_port):
        self.upstream = upstream_port
        self.mode = "pass"
        self.listener = None
        self.port = 0
        self.ended = threading.Event()
        self.accept()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def accept(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        serving = (self.listener, self._serve)
        threading.Thread(target=each_connection, args=serving, daemon=True).start()

    def refuse(self):
        # Closing alone does not wake the thread that accepts.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def stop(self):
        self.ended.set()
        self.refuse()

    def _serve(self, client):
        try:
            with client:
                self._answer(client)
        except OSError:
            pass

    def _answer(self, client):
        """One request and its answer; the connection is not kept."""
        request = self._request(client)
        mode = self.mode
        if not request or mode == "closed":
            return
        if mode == "hang":
            self.ended.wait(60)
        elif mode == "wrong_json":
            client.sendall(_answer(b"<html>please log in</html>"))
        elif mode == "error":
            client.sendall(_answer(b"{}", "500 Internal Server Error"))
        elif mode == "huge":
            self._huge(client)
        else:
            answer = self._forward(request)
            if mode == "half":
                client.sendall(answer[: len(answer) // 2])
            elif mode == "slow":
                for at in range(len(answer)):
                    client.sendall(answer[at : at + 1])
                    if self.ended.wait(0.1) or self.mode != "slow":
                        return
            else:
                client.sendall(answer)

    def _huge(self, client):
        client.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"results\": [")
        while self.mode == "huge":
            client.sendall(b'"0123456789abcdef",' * 4096)

    def _request(self, client):
        received = b""
        while b"\r\n\r\n" not in received:
            some = client.recv(65536)
            if not some:
                return b""
            received += some
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.I)
        while length and len(body) < int(length[1]):
            body += client.recv(65536)
        head = re.sub(rb"\r\nconnection: *[a-z-]+", b"", head, flags=re.I)
        return head + b"\r\nconnection: close\r\n\r\n" + body

    def _forward(self, request):
        with socket.create_connection(("127.0.0.1", self.upstream)) as upstream:
            upstream.sendall(request)
            answer = b""
            while some := upstream.recv(65536):
                answer += some
        return answer


def _answer(body, status="200 OK"):
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n"
    return (head + f"content-length: {len(body)}\r\nconnection: close\r\n\r\n").encode() + body
