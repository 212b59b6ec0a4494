import CallbackCore
import EventLog

/// What the loop knows of the hosts that share its log.
struct Hosts {
  /// After a failed renewal the next try comes sooner.
  static let renewAfterFailure: Int64 = 500
  /// How long a host waits for each one before it to act on a deadline, in milliseconds: longer
  /// than the news of it takes.
  static let patience: Int64 = 200
  /// How often it looks for news that nobody has told, in milliseconds.
  static let lookEvery: Int64 = 1_000

  /// How long after a lost race a host takes its turn before it decides, in milliseconds.
  static let contention: Int64 = 100

  /// How many hosts come before this one.
  var rank = 0
  /// When the lease is to be renewed, by the uptime.
  var renewsAt: Int64 = .min
  /// When the end of the log was last looked at, by the uptime.
  var lookedAt: Int64 = .min
  /// Until when others are expected to append at the same time, by the uptime.
  var contendedUntil: Int64 = .min
}

/// Sharing the log with other hosts: leases, and what becomes of a dead host's streams.
extension EngineLoop {
  /// Tells the rules that the service starts, or that this host joins those that run.
  func startService() throws(EventLogError) {
    var command = Command.serviceStarted
    if let shared {
      let lease = try shared.renewLease(at: nil)
      take(lease)
      // Also where nobody else lives: what begins anew begins at the time that the hosts share.
      if let now = lease.now { opened.timer.advance(to: now) }
      if lease.alive.count > 1 {
        let grace = machine.state.settings.presenceGrace
        command = .endHosts(EndHosts(alive: lease.alive, below: lease.below, grace: grace))
      }
    }
    var failure: EngineError?
    let start = Submission(command, actor: .service)
    turn([(start, { if case .failure(let error) = $0 { failure = error } })])
    if let failure { throw .unavailable("the start could not be recorded: \(failure)") }
  }

  /// Renews the lease when that is due, and ends the streams of hosts that are gone: their leases
  /// were their grace.
  ///
  /// - Parameter holdsTimers: whether commands follow that may have come before what is due.
  func renewLease(holdsTimers: Bool) {
    guard let shared, machine.unsettledAppend == nil,
      configuration.clock.uptime() >= hosts.renewsAt
    else { return }
    do throws(EventLogError) {
      let lease = try shared.renewLease(at: opened.timer.now().now)
      take(lease)
      if let now = lease.now { opened.timer.advance(to: now) }
      let end = EndHosts(alive: lease.alive, below: lease.below, grace: .zero)
      guard end.endsSome(of: machine.state.openHosts) else { return }
      logger.warning("ending the streams of hosts that are gone; alive: \(lease.alive)")
      turn(
        [(Submission(.endHosts(end), actor: .service), { _ in })], holdsTimers: holdsTimers)
    } catch {
      markUnavailable("the lease cannot be renewed: \(error)")
      hosts.renewsAt = configuration.clock.uptime() + Hosts.renewAfterFailure
    }
  }

  private func take(_ lease: Lease) {
    let before = opened.hostBoard.host
    if hosts.renewsAt != .min, before != lease.host {
      logger.warning("the lease of \(before) was ended: this is now \(lease.host)")
    }
    hosts.rank = lease.rank
    hosts.renewsAt = configuration.clock.uptime() + lease.renewsAfter.milliseconds
    opened.hostBoard.update(lease)
    opened.timer.setWall(lease.wall)
  }

  /// Takes in what others have appended, when there is news or it is time to look.
  func hear() {
    guard shared != nil, machine.unsettledAppend == nil else { return }
    let told = opened.news.take()
    let isTime = configuration.clock.uptime() >= hosts.lookedAt + Hosts.lookEvery
    if told > machine.head.position || isTime { _ = bringUpToDate() }
  }

  /// Milliseconds until the lease or the log wants attention; nil where nobody shares it.
  func untilHostWork() -> Int64? {
    guard shared != nil else { return nil }
    let next = min(hosts.renewsAt, hosts.lookedAt == .min ? .min : hosts.lookedAt + Hosts.lookEvery)
    return next == .min ? 0 : max(0, next - configuration.clock.uptime())
  }
}
