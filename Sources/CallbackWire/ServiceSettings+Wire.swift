public import CallbackCore
public import CallbackMessages

extension V1.ServiceSettings {
  /// The settings in force: all of them.
  public init(_ settings: ServiceSettings) {
    self.init(
      presenceGrace: .init(settings.presenceGrace),
      inactivityTimeout: .init(settings.inactivityTimeout),
      cooldownAfterOtherCall: .init(settings.cooldownAfterOtherCall),
      otherCallLimit: .init(settings.otherCallLimit),
      requestMemory: .init(settings.requestMemory),
      requestMemoryLimit: .init(value: settings.requestMemoryLimit),
      etag: Etag.text(settings.revision))
  }

  /// The settings that a request wants; what it leaves out has its default.
  public func settings(_ path: String = "settings") throws(FieldError) -> ServiceSettings {
    var wanted = ServiceSettings()
    let longest = FieldLimits.longestSettingMilliseconds
    if let presenceGrace {
      wanted.presenceGrace = try presenceGrace.span("\(path).presence_grace")
    }
    if let inactivityTimeout {
      wanted.inactivityTimeout = try inactivityTimeout.span("\(path).inactivity_timeout")
    }
    if let cooldownAfterOtherCall {
      wanted.cooldownAfterOtherCall = try cooldownAfterOtherCall.span(
        "\(path).cooldown_after_other_call")
    }
    if let otherCallLimit {
      wanted.otherCallLimit = try otherCallLimit.span(
        "\(path).other_call_limit", in: FieldLimits.shortestTimeoutMilliseconds...longest)
    }
    if let requestMemory {
      wanted.requestMemory = try requestMemory.span(
        "\(path).request_memory", in: FieldLimits.shortestRequestMemoryMilliseconds...longest)
    }
    if let requestMemoryLimit {
      wanted.requestMemoryLimit = try Field.number(
        requestMemoryLimit.value, "\(path).request_memory_limit",
        in: 1...FieldLimits.requestMemory)
    }
    return wanted
  }
}

extension V1.QueueSwitch {
  /// A side of a queue as it stands.
  public init(isOpen: Bool) { self = isOpen ? .open : .closed }

  /// Whether a request opens or closes; nil where it leaves a side as it is.
  public func isOpen(_ path: String) throws(FieldError) -> Bool? {
    switch try Field.known(self, path) {
    case .open: true
    case .closed: false
    default: nil
    }
  }
}
