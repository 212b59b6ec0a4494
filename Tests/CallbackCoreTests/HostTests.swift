import CallbackCore
import Testing

/// Hosts that share a log and are gone (DESIGN, "The log": presence is leased per host).
@Suite struct HostTests {
  private let first = HostID(rawValue: 1)
  private let second = HostID(rawValue: 2)
  private let third = HostID(rawValue: 3)

  private func end(
    alive: HostID..., below: UInt32 = 10, grace: Span = .zero
  ) -> Command {
    .endHosts(EndHosts(alive: alive, below: HostID(rawValue: below), grace: grace))
  }

  /// Anna, ready, with streams on some hosts and no other.
  private func scene(_ hosts: HostID...) -> Scene {
    var scene = Scene.standard()
    for host in hosts {
      scene.must(
        .openSession(
          SessionID("desk \(host.rawValue)"), stream: StreamID(host: host, count: 1),
          agents: [anna]))
    }
    scene.disconnect(anna)
    return scene
  }

  @Test func theAgentsOfADeadHostAreOfflineAndTheirOffersWithdrawn() throws {
    var scene = scene(first)
    let id = scene.request()
    scene.tick()
    let offer = try #require(scene.offer(to: anna))
    scene.must(end(alive: second))
    scene.tick()
    #expect(scene.status(anna) == .offline)
    #expect(scene.center.offer(offer.id)?.state == .withdrawn(.agentDisconnected))
    #expect(scene.state(id) == .queued)
    #expect(scene.center.openHosts.isEmpty)
    // The same again changes nothing.
    let count = scene.log.count
    scene.must(end(alive: second))
    #expect(scene.log.count == count)
  }

  @Test func whoHasAStreamOnALivingHostStays() {
    var scene = scene(first, second)
    scene.request()
    scene.must(end(alive: second))
    scene.tick()
    #expect(scene.offer(to: anna) != nil)
    #expect(scene.center.openHosts == [second])
  }

  @Test func aHostThatIsYoungerThanTheListLives() {
    var scene = scene(third)
    scene.must(end(alive: first, below: 3))
    #expect(scene.center.agent(anna)?.isConnected == true)
  }

  @Test func withAGraceTheAgentMayComeBack() {
    var scene = scene(first)
    scene.request()
    scene.tick()
    scene.must(end(alive: second, grace: Span(10_000)))
    #expect(scene.offer(to: anna) != nil)
    scene.pass(Span(5_000))
    scene.must(
      .openSession(
        SessionID("desk 1"), stream: StreamID(host: second, count: 1), agents: [anna]))
    scene.pass(Span(6_000))
    #expect(scene.offer(to: anna) != nil)
  }

  @Test func theConnectorsOfADeadHostAreDetached() {
    var scene = Scene.standard()
    for (host, id) in [(first, DialerID("a")), (second, DialerID("b"))] {
      scene.must(.attachDialer(AttachDialer(id: id, stream: StreamID(host: host, count: 1))))
    }
    scene.must(end(alive: second))
    #expect(scene.center.dialerIDs == [DialerID("b")])
  }

  @Test func aStreamOfOneHostIsNotClosedByAnother() {
    var scene = scene(first)
    let session = SessionID("desk 1")
    scene.must(.closeSession(session, stream: StreamID(host: second, count: 1)))
    #expect(scene.center.stream(of: session) == StreamID(host: first, count: 1))
  }

  @Test func aStreamSaysWhoseItIs() {
    let stream = StreamID(host: third, count: 7)
    #expect(stream.rawValue == 3 << 32 | 7)
    #expect(stream.host == third)
    #expect(StreamID(rawValue: 7).host == .only)
  }
}
