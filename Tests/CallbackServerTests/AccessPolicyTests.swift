import CallbackCore
import CallbackMessages
import Testing
import UnixRPC

@testable import CallbackServer

@Suite("Who may call what")
struct AccessPolicyTests {
  static let peer = RPCPeer(uid: 1000, gid: 1000, pid: 1, groups: [50])

  private func mayCall(_ path: String, _ access: AccessControl, as peer: RPCPeer = peer) -> Bool {
    access.check(of: path)(peer) == nil
  }

  @Test("the daemon's user and root may call every method, see the pages, and are bound to nobody")
  func ownUserAndRoot() {
    let access = AccessControl(.ownUserAndRoot(1000))
    for path in CallbackServer.methods.map(\.path) + CallbackServer.pages {
      #expect(mayCall(path, access))
      #expect(mayCall(path, access, as: RPCPeer(uid: 0, gid: 0, pid: 1)))
      #expect(access.binding(of: Self.peer, toCall: path) == nil)
    }
  }

  @Test("anybody else may call nothing, not even health and reflection")
  func others() {
    let access = AccessControl(.ownUserAndRoot(1000))
    let stranger = RPCPeer(uid: 1001, gid: 1000, pid: 1, groups: [0, 1000])
    for path in CallbackServer.methods.map(\.path) + CallbackServer.pages
      + ["/grpc.health.v1.Health/Check", "/no.such/Method"]
    {
      #expect(access.check(of: path)(stranger)?.code == .permissionDenied, "\(path)")
    }
  }

  @Test("a role opens the methods that name it, and no others")
  func roles() {
    for role in [OptionsV1.Role.requester, .agent, .telephony, .observer] {
      let access = AccessControl(AccessPolicy(grants: [.init(.group(50), roles: [role])]))
      for method in CallbackServer.methods {
        #expect(mayCall(method.path, access) == method.roles.contains(role), "\(method.path)")
      }
      #expect(mayCall("/metrics", access) == (role == .observer))
      #expect(mayCall("/healthz", access) == (role == .observer))
      #expect(mayCall("/grpc.health.v1.Health/Check", access))
    }
  }

  @Test("a peer has the roles of all grants that hold for it, main group and others alike")
  func union() {
    let policy = AccessPolicy(grants: [
      .init(.user(1000), roles: [.agent]), .init(.group(50), roles: [.requester]),
      .init(.group(1000), roles: [.observer]), .init(.group(51), roles: [.admin]),
      .init(.user(50), roles: [.telephony]),
    ])
    #expect(policy.roles(of: Self.peer) == [.agent, .requester, .observer])
  }

  @Test("a bound user is held to their agents where no other role opens the method")
  func bound() {
    let agents: Set = [AgentID("ada")]
    let accept = CallbackServiceMethods.acceptOffer.path
    let report = CallbackServiceMethods.reportOutcome.path
    let desktop = AccessControl(AccessPolicy(grants: [], bound: [1000: agents]))
    #expect(mayCall(accept, desktop))
    #expect(desktop.binding(of: Self.peer, toCall: accept) == agents)
    #expect(desktop.binding(of: Self.peer, toCall: report) == agents)
    #expect(!mayCall(AdminServiceMethods.putQueue.path, desktop))
    // Telephony reports for everybody, and accepts for nobody.
    let both = AccessControl(
      AccessPolicy(grants: [.init(.group(50), roles: [.telephony])], bound: [1000: agents]))
    #expect(both.binding(of: Self.peer, toCall: report) == nil)
    #expect(both.binding(of: Self.peer, toCall: accept) == agents)
    // A group's role does not loosen the binding; an administrator is not bound.
    let free = AccessControl(
      AccessPolicy(grants: [.init(.group(50), roles: [.agent])], bound: [1000: agents]))
    #expect(free.binding(of: Self.peer, toCall: accept) == agents)
    let admin = AccessControl(
      AccessPolicy(grants: [.init(.group(50), roles: [.admin])], bound: [1000: agents]))
    #expect(admin.binding(of: Self.peer, toCall: accept) == nil)
  }

  @Test("another policy holds from the next call on")
  func replaced() {
    let access = AccessControl(.ownUserAndRoot(1))
    #expect(!mayCall("/metrics", access))
    access.replace(.ownUserAndRoot(1000))
    #expect(mayCall("/metrics", access))
  }

  @Test("every method for agents that changes something says for whom it acts")
  func acting() {
    // These are about callbacks, which are no agent's.
    let free: Set = ["RequestCallback", "UpdateCallback", "CancelCallback", "RequeueCallback"]
    for method in CallbackServer.methods where method.roles.contains(.agent) && method.mutates {
      let acts = method.requestType is any ActingRequest.Type
      #expect(acts != free.contains(method.name), "\(method.path)")
    }
    let watch: any AnyRPCMethod = CallbackServiceMethods.watchOffers
    #expect(watch.requestType is any ActingRequest.Type)
  }
}
