import CallbackMessages
import CallbackWire
import CallerDirectory
import NIOCore
import ProtobufC
import Synchronization

/// Responses of ResolveCaller ready to be sent, by the bytes of their requests.
///
/// A response is given again for as long as the resolver would give the same answer: until its age
/// limit, a change of a record or a change of a location. Only its age is written anew.
final class ResolvedAnswers: Sendable {
  /// The state of everything that an answer depends on, and when it was so.
  struct Moment {
    let version: UInt64
    let revision: UInt64
    let at: Duration
  }

  private let kept = Mutex(KeptResponses())
  private let seed = UInt64.random(in: .min ... .max)
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
    let hash = key.hash(seed: seed)
    let now = moment
    let isAnswered = kept.withLock { kept in
      kept.find(hash) { found in
        guard found.request == key, found.moment.version == now.version,
          found.moment.revision == now.revision, now.at < found.goodUntil
        else { return false }
        found.parts.write(into: &reply, later: now.at - found.moment.at)
        return true
      }
    }
    guard isAnswered == true else { return false }
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
      let parts = ResponseParts(response)
    else { return }
    let hash = key.hash(seed: seed)
    let response = KeptResponse(parts, to: key, moment: moment, goodUntil: moment.at + goodFor)
    kept.withLock { $0.put(response, hash) }
  }
}
