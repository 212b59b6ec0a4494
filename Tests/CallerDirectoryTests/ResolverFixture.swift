import CallbackCore
import CallerDirectory

/// A resolver around a scripted directory, by a clock that the test moves.
struct ResolverFixture {
  static let ann = PhoneNumber.Line(e164: "+12025550123")
  static let bob = PhoneNumber.Line(e164: "+12025550124")

  let clock = ManualClock()
  let directory = ScriptedDirectory()
  let resolver: CallerResolver

  init(_ change: (inout ResolverSettings) -> Void = { _ in }) {
    var settings = ResolverSettings()
    change(&settings)
    resolver = CallerResolver(directory: directory, settings: settings, clock: clock)
  }

  static func match(_ id: String, _ line: PhoneNumber.Line = ann) -> CallerMatch {
    CallerMatch(recordID: id, recordClass: .customer, name: "Ann", matchedNumber: line)
  }

  static func request(_ id: String, _ fingerprint: String = "") -> ChangeRequest {
    ChangeRequest(id: id, fingerprint: fingerprint, at: WallTime(0))
  }

  /// Asks about a line and answers the look-up.
  @discardableResult
  func resolve(
    _ line: PhoneNumber.Line = ann, answering matches: [CallerMatch]
  ) async -> ResolvedCaller {
    async let resolved = resolver.resolve([line])
    await directory.nextLookup().answer(matches)
    return await resolved
  }

  /// Asks about a line and fails the look-up.
  @discardableResult
  func resolveFailing(_ line: PhoneNumber.Line = ann) async -> ResolvedCaller {
    async let resolved = resolver.resolve([line])
    await directory.nextLookup().fail()
    return await resolved
  }
}
