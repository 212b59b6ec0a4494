import CallbackMessages
import CallbackWire
import CallerDirectory
import NIOCore
import ProtobufC
import Synchronization

/// Responses of ResolveCaller ready to be sent, by the bytes of their requests.
///
/// A response is given again for as long as the resolver would give the same answer: until its age
/// limit, a change of a record or a change of a location. Only its age is written anew. Two halves
/// bound it as in the resolver's cache: what is not asked for is dropped.
final class ResolvedAnswers: Sendable {
  /// The state of everything that an answer depends on, and when it was so.
  struct Moment {
    fileprivate let version: UInt64
    fileprivate let revision: UInt64
    fileprivate let at: Duration
  }

  /// The most responses in each half; some hundred bytes each.
  private static let halfLimit = 16_384
  /// Larger ones, of numbers with many records, are made anew.
  private static let largestResponse = 1_024

  fileprivate struct Entry {
    let response: ResponseParts
    let moment: Moment
    let goodUntil: Duration
  }

  fileprivate struct Halves {
    var young: [RequestBytes: Entry] = [:]
    var old: [RequestBytes: Entry] = [:]
  }

  private let halves = Mutex(Halves())
  private let resolver: CallerResolver
  private let mirror: ConfigurationMirror

  init(resolver: CallerResolver, mirror: ConfigurationMirror) {
    self.resolver = resolver
    self.mirror = mirror
  }

  /// What holds now; read before the answer is made that is to be kept.
  var moment: Moment {
    Moment(version: resolver.version, revision: mirror.revision, at: resolver.now)
  }

  /// Appends the response to a request; false where there is none that still holds.
  @Sendable
  func answer(_ request: UnsafeRawBufferPointer, _ reply: inout ByteBuffer) -> Bool {
    guard let key = RequestBytes(request) else { return false }
    let entry = halves.withLock { halves -> Entry? in
      if let entry = halves.young[key] { return entry }
      guard let entry = halves.old.removeValue(forKey: key) else { return nil }
      halves.put(entry, for: key, limit: Self.halfLimit)
      return entry
    }
    guard let entry else { return false }
    let now = moment
    guard entry.moment.version == now.version, entry.moment.revision == now.revision,
      now.at < entry.goodUntil
    else { return false }
    entry.response.write(into: &reply, later: now.at - entry.moment.at)
    resolver.countRepeated()
    return true
  }

  /// Keeps a response.
  ///
  /// - Parameters:
  ///   - goodFor: how long the resolver would give the same answer.
  ///   - moment: what held before the answer was made.
  func keep(
    _ response: V1.ResolveCallerResponse, to request: UnsafeRawBufferPointer,
    goodFor: Duration, since moment: Moment
  ) {
    guard goodFor > .zero, let key = RequestBytes(request),
      let parts = ResponseParts(response, atMost: Self.largestResponse)
    else { return }
    let entry = Entry(response: parts, moment: moment, goodUntil: moment.at + goodFor)
    halves.withLock { $0.put(entry, for: key, limit: Self.halfLimit) }
  }
}

extension ResolvedAnswers.Halves {
  fileprivate mutating func put(_ entry: ResolvedAnswers.Entry, for key: RequestBytes, limit: Int) {
    if young.count >= limit, young[key] == nil {
      old = young
      young = [:]
    }
    young[key] = entry
  }
}
