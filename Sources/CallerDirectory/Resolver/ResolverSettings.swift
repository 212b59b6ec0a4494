/// How a directory is asked (DOMAIN, "Who is calling"; DESIGN, "Callers").
public struct ResolverSettings: Hashable, Sendable {
  /// How long a request waits for the directory before it goes on without it.
  public var budget: Duration = .milliseconds(250)
  /// How long the directory has in all. Later it is given up and counts as failed; until then an
  /// answer past the budget still reaches the callback.
  public var lookupTimeout: Duration = .seconds(2)
  /// How long the records of a number are used without asking again.
  public var hitAge: Duration = .seconds(60)
  /// How long it is believed that a number has no records; short, since it may become a Lead.
  public var missAge: Duration = .seconds(10)
  /// How old records may be that are used, marked as stale, when the directory fails.
  public var staleAge: Duration = .seconds(24 * 3600)
  /// The most numbers whose answers are kept; some hundred bytes each.
  public var cachedNumbers = 65_536
  /// The most look-ups under way at once, so as not to flood a directory that is slow.
  public var runningLookups = 16
  /// The most look-ups that wait for one of those to end; more fail at once.
  public var waitingLookups = 256
  /// How many look-ups in a row must fail for the circuit to open.
  public var failuresToOpen = 5
  /// How long the circuit stays open before one look-up probes; doubled with each failed probe.
  public var openTime: Duration = .seconds(5)
  /// The longest that the circuit stays open.
  public var longestOpenTime: Duration = .seconds(60)
  /// How long a change is waited for before it is told to be pending.
  public var changePatience: Duration = .seconds(5)
  /// The most changes under way at once.
  public var runningChanges = 64

  /// The defaults.
  public init() {}
}
