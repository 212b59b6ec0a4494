"""The example CRM in the tests' own process, behind the socket adapter."""

import threading

import crm_service

RECORDS = [
    {"id": "c1", "class": "customer", "name": "Carla", "numbers": ["+12025550101"],
     "location": "downtown", "updated_at": 1767225600},
    {"id": "p1", "class": "previous_customer", "name": "Paul", "numbers": ["+12025550102"]},
    {"id": "l1", "class": "lead", "name": "Lena", "active": True,
     "numbers": ["+12025550101", "+12025550103,42"]},
    {"id": "l2", "class": "lead", "name": "Cold", "numbers": ["+12025550104"]},
]
ADAPTER = """
{directory}
adapters:
  - kind: socket
    name: crm
    path: {socket}
"""


def adapter(socket, directory="lookup_budget: 2s"):
    return ADAPTER.format(socket=socket, directory=directory)


class Scripted:
    """The example's service in this process, with methods that the test replaces."""

    def __init__(self, socket, pb):
        self.pb = pb
        self.socket = str(socket)
        self.records = crm_service.Records(pb.crm)
        for record in RECORDS:
            self.records.add(**record)
        self.servicer = crm_service.service(pb.crm, pb.crm_grpc, self.records)
        self.calls = []
        self.server = None

    def replace(self, method, body):
        """Lets a method answer otherwise: body(request, context, the example's method)."""
        original = getattr(type(self.servicer), method)

        def replaced(servicer, request, context):
            self.calls.append((method, request))
            return body(request, context, lambda: original(servicer, request, context))

        setattr(type(self.servicer), method, replaced)

    def hold(self, method):
        """Lets a method answer as the example does, but only once the event that this gives is set."""
        release = threading.Event()

        def held(request, context, answer):
            release.wait(20)
            return answer()

        self.replace(method, held)
        return release

    def start(self):
        self.server = crm_service.serve(self.socket, self.servicer, self.pb.crm_grpc)
        return self

    def stop(self):
        if self.server:
            self.server.stop(grace=0).wait()
            self.server = None
