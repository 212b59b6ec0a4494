/// What a caller asked for: the part of a callback that seldom changes.
public struct CallbackRequest: Hashable, Sendable {
  /// Who called.
  public var caller: Caller
  /// The number to call back.
  public var number: PhoneNumber
  /// Where the number came from.
  public var numberSource: NumberSource
  /// The number that was dialled; nil where the requester did not say.
  public var dialled: PhoneNumber.Line?
  /// The location that the call dialled into (row C, seed); nil where unknown.
  public var location: LocationID?
  /// The advertisement tied to the dialled number (row D, seed); empty where there is none.
  public var adSource: String
  /// The telephony's own name of the inbound call; at most 128 bytes.
  public var callReference: String
  /// When the inbound call arrived; nil where the requester did not say.
  public var callArrivedAt: WallTime?
  /// What was said when it was requested.
  public var note: String
  /// The labels when it was requested.
  public var labelsAtRequest: CallerLabels

  /// Puts a request together.
  public init(
    caller: Caller, number: PhoneNumber, numberSource: NumberSource = .callerID,
    dialled: PhoneNumber.Line? = nil, location: LocationID? = nil, adSource: String = "",
    callReference: String = "", callArrivedAt: WallTime? = nil, note: String = "",
    labelsAtRequest: CallerLabels = []
  ) {
    self.caller = caller
    self.number = number
    self.numberSource = numberSource
    self.dialled = dialled
    self.location = location
    self.adSource = adSource
    self.callReference = callReference
    self.callArrivedAt = callArrivedAt
    self.note = note
    self.labelsAtRequest = labelsAtRequest
  }
}
