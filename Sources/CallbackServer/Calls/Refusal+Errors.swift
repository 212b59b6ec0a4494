import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import CallerDirectory
import EventLog
import ProtobufC

extension Refusal {
  /// How long a client waits before it repeats a call that the daemon could not take.
  static let retryDelay = Span.seconds(1)

  /// The one place where errors become refusals.
  init(anyError error: any Error) {
    switch error {
    case let error as Refusal: self = error
    case let error as Rejection: self.init(error)
    case let error as FieldError: self.init(error)
    case let error as WireError: self.init(error)
    case let error as EngineError: self.init(error)
    case let error as FeedError: self.init(error)
    case let error as DirectoryError: self.init(error)
    case let error as EventLogError: self.init(EngineError(error))
    default: self = .defect
    }
  }

  /// Something that must not happen.
  static let defect = Refusal(
    .internal, .defect, "The service failed; its log says more.")

  /// The daemon is stopping.
  static let stopping = Refusal(
    .unavailable, .stopping,
    "The service is stopping; try again later, a change with the same request_id.",
    detail: .retry(.init(retryDelay: GoogleProtobuf.Duration(retryDelay))))

  /// A field that is refused.
  init(_ error: FieldError) {
    switch error.problem {
    case .missing:
      self.init(
        .invalidArgument, .fieldMissing, "\(error.path) is missing.",
        metadata: ["field": error.path])
    case .invalid(let expected):
      self.init(
        .invalidArgument, .fieldInvalid, "\(error.path) \(expected).",
        metadata: ["field": error.path])
    case .impossibleNumber:
      self.init(
        .invalidArgument, .numberImpossible, "\(error.path) is not a possible telephone number.",
        metadata: ["field": error.path])
    case .foreignPageToken:
      self.init(
        .invalidArgument, .pageTokenInvalid,
        "\(error.path) is not of this list and filter; begin with the first page.",
        metadata: ["field": error.path])
    }
  }

  /// Bytes that are no message.
  init(_ error: WireError) {
    self.init(
      .invalidArgument, .malformedMessage, "The message is malformed: \(error).",
      metadata: error.path.isEmpty ? [:] : ["field": error.path])
  }

  /// What the engine could not do.
  init(_ error: EngineError) {
    let retry = Detail.retry(.init(retryDelay: GoogleProtobuf.Duration(Self.retryDelay)))
    switch error {
    case .overloaded:
      self.init(
        .resourceExhausted, .overloaded, "The service is overloaded; try again later.",
        detail: retry)
    case .full:
      self.init(
        .resourceExhausted, .logFull, "There is no room for the log; nothing was written.",
        detail: retry)
    case .unavailable:
      self.init(
        .unavailable, .logUnavailable,
        "The log cannot be written now; try again later, a change with the same request_id.",
        detail: retry)
    case .stopping: self = .stopping
    case .dataLoss:
      self.init(.dataLoss, .logDamaged, "The log is damaged; an operator must look at it.")
    }
  }

  /// A resume position that cannot be used; `earliest` is filled in where the lineage is known.
  init(_ error: FeedError) {
    switch error {
    case .tooOld:
      self.init(
        .outOfRange, .tokenTooOld, "The records after this token are no longer kept.")
    case .ahead:
      self.init(
        .failedPrecondition, .tokenForeign, "The token belongs to another log; begin anew.")
    case .engine(let error): self.init(error)
    }
  }

  /// What the directory could not do.
  init(_ error: DirectoryError) {
    switch error {
    case .recordNotFound(let id):
      self.init(
        .notFound, .recordNotFound, "The directory has no such record.",
        metadata: ["record_id": id])
    case .requestReused: self.init(.requestIDReused)
    case .invalid(let field, let reason):
      self.init(
        .invalidArgument, .fieldInvalid, "\(field): \(reason).", metadata: ["field": field])
    case .readOnly(let reason):
      self.init(.failedPrecondition, .directoryRefused, "The directory is read-only: \(reason).")
    case .unsupported(let reason):
      self.init(.failedPrecondition, .directoryRefused, "The directory cannot do this: \(reason).")
    case .tooManyNumbers(let id):
      self.init(
        .failedPrecondition, .directoryRefused,
        "The record has as many numbers as one may have.", metadata: ["record_id": id])
    case .full:
      self.init(.resourceExhausted, .logFull, "The directory's storage is full.")
    case .unavailable:
      self.init(
        .unavailable, .directoryUnavailable, "The directory does not answer; try again later.",
        detail: .retry(.init(retryDelay: GoogleProtobuf.Duration(Self.retryDelay))))
    case .unreadable:
      self.init(.dataLoss, .directoryDamaged, "The directory is damaged; an operator must look.")
    }
  }
}

extension Error {
  /// What an operator must know of an error and a client must not; nil for what clients do wrong.
  var wordsForOperators: String? {
    switch self {
    case let error as EngineError:
      switch error {
      case .overloaded, .stopping: nil
      case .full: "there is no room for the log"
      case .unavailable(let words), .dataLoss(let words): words
      }
    case let error as EventLogError: EngineError(error).wordsForOperators
    case let error as DirectoryError:
      switch error {
      case .unavailable(let words), .unreadable(let words): words
      case .full: "the directory's storage is full"
      case .recordNotFound, .requestReused, .invalid, .readOnly, .unsupported, .tooManyNumbers: nil
      }
    case is Refusal, is Rejection, is FieldError, is WireError, is FeedError: nil
    default: "\(self)"
    }
  }
}
