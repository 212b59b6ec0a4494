import CallbackClient
import CallbackMessages
import Glibc
import UnixRPC

/// What a refusal or a broken connection looks like, and what to do next.
struct ErrorText {
  /// What went wrong.
  let error: CallbackError
  /// The socket that was tried.
  let socket: String
  /// What makes the command repeatable; nil for one that changes nothing.
  let requestID: RequestIDPlace?

  /// How the process ends.
  var status: ExitStatus {
    switch error.cause {
    case .unreachable, .connectionLost: .unreachable
    case .deadline, .cancelled, .malformedAnswer, nil: .refused
    }
  }

  /// Whether there is a socket that this user may not connect to.
  var isForbidden: Bool { access(socket, W_OK) != 0 && errno == EACCES }

  /// One or two lines for people.
  func rendered() -> String {
    (["callbackctl: \(headline)"] + [advice].compactMap { $0 }.map { "  → \($0)" })
      .joined(separator: "\n")
  }

  private var headline: String {
    switch error.cause {
    case .unreachable(let why) where isForbidden:
      "no access to \(socket): \(SafeText.line(why))"
    case .unreachable(let why): "no daemon behind \(socket): \(SafeText.line(why))"
    case .connectionLost: "the connection to \(socket) was lost during the call"
    case .deadline where requestID == nil: "no answer in time"
    case .deadline: "no answer in time: whether it was done is not known"
    case .cancelled: "cancelled"
    case .malformedAnswer: error.message
    case nil: refusal
    }
  }

  /// What went wrong in a sentence; where nobody was reached, with where and why.
  private var message: String {
    if case .unreachable = error.cause { headline } else { error.message }
  }

  /// One line of JSON with the status, the reason and what they carry.
  func json() -> String {
    var members = [
      ("code", quoted(error.code.canonicalName)), ("reason", quoted(error.reasonName)),
      ("message", quoted(message)),
    ]
    if !error.metadata.isEmpty {
      let pairs = error.metadata.sorted { $0.key < $1.key }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append(("metadata", "{\(pairs.joined(separator: ","))}"))
    }
    if let cause = error.cause { members.append(("cause", quoted(cause.name))) }
    if let detail = error.detail { members.append(("detail", detail.json)) }
    return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
  }

  private var refusal: String {
    let message = SafeText.line(error.message)
    let code = error.code.canonicalName
    let name = error.reasonName.isEmpty ? code : "\(code) \(error.reasonName)"
    // What the message says already need not be said again; the position is for programs.
    let about = error.metadata
      .filter { $0.key != "log_position" && !message.contains($0.value) }
      .sorted { $0.key < $1.key }
      .map { "\($0.key) \(SafeText.line($0.value))" }.joined(separator: ", ")
    let end = about.isEmpty ? "" : " (\(about))"
    return message.isEmpty ? "refused\(end) [\(name)]" : "\(message)\(end) [\(name)]"
  }

  private func quoted(_ text: String) -> String { JSONString.quoted(text) }
}

extension CallbackError.Cause {
  /// The cause in one word.
  fileprivate var name: String {
    switch self {
    case .unreachable: "unreachable"
    case .connectionLost: "connection lost"
    case .deadline: "deadline"
    case .cancelled: "cancelled"
    case .malformedAnswer: "malformed answer"
    }
  }
}

extension CallbackError.Detail {
  /// The detail's message as JSON, under the name of its type.
  fileprivate var json: String {
    switch self {
    case .offerClosed(let closed): (try? closed.jsonLine()) ?? "{}"
    case .retry(let info): (try? info.jsonLine()) ?? "{}"
    case .resume(let info): (try? info.jsonLine()) ?? "{}"
    case .guardRefused(let refused): (try? refused.jsonLine()) ?? "{}"
    }
  }
}

extension RPCCode {
  /// The name that gRPC's documentation uses, such as `FAILED_PRECONDITION`.
  var canonicalName: String {
    switch self {
    case .ok: "OK"
    case .cancelled: "CANCELLED"
    case .unknown: "UNKNOWN"
    case .invalidArgument: "INVALID_ARGUMENT"
    case .deadlineExceeded: "DEADLINE_EXCEEDED"
    case .notFound: "NOT_FOUND"
    case .alreadyExists: "ALREADY_EXISTS"
    case .permissionDenied: "PERMISSION_DENIED"
    case .resourceExhausted: "RESOURCE_EXHAUSTED"
    case .failedPrecondition: "FAILED_PRECONDITION"
    case .aborted: "ABORTED"
    case .outOfRange: "OUT_OF_RANGE"
    case .unimplemented: "UNIMPLEMENTED"
    case .internal: "INTERNAL"
    case .unavailable: "UNAVAILABLE"
    case .dataLoss: "DATA_LOSS"
    case .unauthenticated: "UNAUTHENTICATED"
    }
  }
}

/// Strings as JSON writes them.
enum JSONString {
  /// The text in quotation marks.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where SafeText.needsReplacing(scalar):
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
