import CallbackMessages
import CallbackServer
import Testing
import UnixRPC

@Suite("Who may call what")
struct AccessPolicyTests {
  static let peer = RPCPeer(uid: 1000, gid: 1000, pid: 1, groups: [50])

  @Test("the daemon's user and root may call every method")
  func ownUserAndRoot() {
    let policy = AccessPolicy.ownUserAndRoot(1000)
    for method in CallbackServer.methods {
      #expect(policy.refusal(Self.peer, toCall: method) == nil)
      #expect(policy.refusal(RPCPeer(uid: 0, gid: 0, pid: 1), toCall: method) == nil)
    }
  }

  @Test("anybody else may not even connect")
  func others() {
    let policy = AccessPolicy.ownUserAndRoot(1000)
    let stranger = RPCPeer(uid: 1001, gid: 1000, pid: 1)
    #expect(policy.refusalToConnect(stranger)?.code == .permissionDenied)
    #expect(policy.refusalToConnect(Self.peer) == nil)
  }

  @Test("a role opens the methods that name it, and no others")
  func roles() {
    let policy = AccessPolicy(grants: [.init(.group(50), roles: [.observer])])
    for method in CallbackServer.methods {
      let mayCall = policy.refusal(Self.peer, toCall: method) == nil
      #expect(mayCall == method.roles.contains(.observer), "\(method.path)")
    }
  }

  @Test("a peer has the roles of all grants that hold for it")
  func union() {
    let policy = AccessPolicy(grants: [
      .init(.user(1000), roles: [.agent]), .init(.group(50), roles: [.requester]),
      .init(.group(51), roles: [.admin]),
    ])
    #expect(policy.roles(of: Self.peer) == [.agent, .requester])
  }
}
