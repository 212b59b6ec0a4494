public import CallbackCore
public import CallbackMessages

extension V1.PhoneNumber {
  /// A number with all its spellings.
  public init(_ number: PhoneNumber) {
    self.init(
      e164: number.e164, extension: number.extension, asGiven: number.asGiven,
      display: number.display)
  }
}

extension V1.CallerIdPresentation {
  /// A presentation.
  public init(_ presentation: Caller.Presentation) {
    self =
      switch presentation {
      case .allowed: .allowed
      case .restricted: .restricted
      case .unavailable: .unavailable
      }
  }

  /// The presentation that a request means; without a word it follows from whether a number is given.
  public func presentation(
    hasNumber: Bool, _ path: String
  ) throws(FieldError) -> Caller.Presentation {
    switch self {
    case .allowed: return .allowed
    case .restricted: return .restricted
    case .unavailable: return .unavailable
    case .unspecified: return hasNumber ? .allowed : .unavailable
    default: throw FieldError(path, .invalid("must be a value that has a name"))
    }
  }
}

extension V1.NumberSource {
  /// A source.
  public init(_ source: NumberSource) {
    self =
      switch source {
      case .callerID: .callerID
      case .keyedIn: .keyedIn
      case .other: .form
      }
  }

  /// The source that a request means; without a word it follows from whether a callback number is
  /// given.
  public func source(
    hasCallbackNumber: Bool, _ path: String
  ) throws(FieldError) -> NumberSource {
    switch self {
    case .callerID: return .callerID
    case .keyedIn: return .keyedIn
    case .form: return .other
    case .unspecified: return hasCallbackNumber ? .keyedIn : .callerID
    default: throw FieldError(path, .invalid("must be a value that has a name"))
    }
  }
}

extension V1.Caller {
  /// A caller as caller ID gave them.
  public init(_ caller: Caller) {
    self.init(
      name: caller.name, number: caller.number.map { V1.PhoneNumber($0) },
      presentation: V1.CallerIdPresentation(caller.presentation))
  }
}
