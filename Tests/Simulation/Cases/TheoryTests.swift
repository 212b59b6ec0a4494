import Simulator
import Testing

@Suite("Queueing theory")
struct TheoryTests {
  @Test("Erlang's formula gives the table")
  func table() {
    let expected = [
      (0.333333, 0.3333), (0.444444, 0.4444), (0.554113, 0.5541), (0.449388, 0.2247),
      (0.298072, 0.0745), (0.238701, 0.0341),
    ]
    for (queue, (share, wait)) in zip(ErlangQueue.table, expected) {
      #expect(abs(queue.shareWaiting - share) < 1e-6)
      #expect(abs(queue.meanWait - wait) < 1e-4)
    }
  }

  @Test("a simulated line waits as Erlang says", arguments: [0, 2])
  func exponentialService(row: Int) {
    let check = TheoryCheck(ErlangQueue.table[row], arrivals: 6_000, seed: UInt64(row + 1))
    #expect(check.problems == [], "\(check.text)")
  }

  @Test("with a fixed service the mean wait is twice the service at a load of 0.8")
  func fixedService() {
    let check = TheoryCheck.fixedService(arrivals: 6_000, seed: 7)
    #expect(check.problems == [], "\(check.text)")
  }
}
