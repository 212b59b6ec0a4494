"""A CRM in Python serves callback.crm.v1.CrmService; what it cannot do is refused."""

from concurrent import futures

import grpc
import pytest
from center import refusal
from contract import CODES
from daemon import Daemon
from world import World


def crm(pb, **capabilities):
    """A CRM that knows one customer, and can do what is said."""

    class Crm(pb.crm_grpc.CrmServiceServicer):
        def GetCapabilities(self, request, context):
            return pb.crm.GetCapabilitiesResponse(reason="it is read-only", **capabilities)

        def Lookup(self, request, context):
            return pb.crm.LookupResponse()

        def Search(self, request, context):
            return pb.crm.SearchResponse()

        def GetRecord(self, request, context):
            context.abort(grpc.StatusCode.NOT_FOUND, "no such record")

    return Crm()


@pytest.fixture
def world(tmp_path_factory, pb):
    """A daemon whose only directory is a CRM that changes nothing."""
    folder = tmp_path_factory.mktemp("c")
    server = grpc.server(futures.ThreadPoolExecutor(4))
    pb.crm_grpc.add_CrmServiceServicer_to_server(crm(pb), server)
    server.add_insecure_port(f"unix:{folder}/crm")
    server.start()
    config = folder / "config.yaml"
    config.write_text(
        f"directory:\n  adapters:\n    - kind: socket\n      path: {folder}/crm\n"
    )
    daemon = Daemon(folder, "--config", str(config)).start()
    made = World(daemon, pb)
    yield made
    made.close()
    assert daemon.stop() == 0, daemon.log.read_text()
    server.stop(None).wait()


def test_what_the_crm_cannot_do_is_refused(world, pb):
    c = world.c
    for call, request in (
        (world.calls.StartLead, c.StartLeadRequest(name="Nina New", number=world.number())),
        (world.calls.MatchCaller, c.MatchCallerRequest(record_id="r", number=world.number())),
        (world.calls.UnmatchCaller, c.UnmatchCallerRequest(record_id="r", number=world.number())),
    ):
        with pytest.raises(grpc.RpcError) as caught:
            call(request)
        assert refusal(caught.value, pb)[:2] == (CODES["DIRECTORY_REFUSED"], "DIRECTORY_REFUSED")


def test_the_crm_answers_look_ups(world):
    found = world.calls.ResolveCaller(world.c.ResolveCallerRequest(number=world.number()))
    assert [label.text for label in found.resolution.labels] == ["Unknown"]
    assert not world.calls.SearchRecords(world.c.SearchRecordsRequest(query="Ada")).records
