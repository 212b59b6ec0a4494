import Glibc
import Simulator
import Testing

/// WAIT_SEED plays other chances, WAIT_CALLERS longer lines.
@Suite("Foretold waits")
struct WaitTests {
  private static func setting(_ name: String) -> UInt64? {
    getenv(name).flatMap { UInt64(String(cString: $0)) }
  }

  @Test(
    "of the callers who have to wait, eight in ten wait as long as they were told",
    arguments: WaitCheck.lines)
  func calibration(line: WaitCheck.Line) {
    let callers = Self.setting("WAIT_CALLERS").map { Int($0) } ?? 2_000
    let seed = Self.setting("WAIT_SEED") ?? 1
    var check = WaitCheck(line, arrivals: callers, seed: seed)
    check.add(WaitCheck(line, arrivals: callers, seed: seed + 1_000_000))
    let words = "held \(check.held), earlier \(check.early), later \(check.late); seed \(seed)"
    #expect(WaitCheck.wanted.contains(check.share), "\(check.share): \(words)")
    #expect(check.held + check.early + check.late > callers / 4, "enough had to wait: \(words)")
    #expect(check.surprised == 0, "who was told of a free agent had one")
    #expect(check.untold == 0, "everybody was told")
  }
}
