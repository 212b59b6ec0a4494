import CallbackCore
import CallbackMessages
import CallbackWire
import CallerDirectory

/// A request for a callback as the rules take it, with its numbers read in the region of the dialled
/// location (DOMAIN, "Who is calling").
struct RequestIntake: Sendable {
  /// What is asked for, without what the directory knows.
  var wanted: RequestCallback
  /// The numbers to look up: the callback number, then the caller's.
  var lines: [PhoneNumber.Line]

  /// Checks a request.
  init(_ request: V1.RequestCallbackRequest, numbers: NumberReader) throws {
    let dialled = try numbers.optionalNumber(
      request.dialledNumber, "dialled_number", in: numbers.defaultRegion)
    let given: LocationID? = try Field.optionalIdentifier(request.locationID, "location_id")
    let dialledInto = numbers.mirror.location(of: dialled?.line)
    let region = numbers.region(of: dialledInto ?? given)

    let isKeyedIn = !request.callbackNumber.isEmpty
    let reading = try numbers.reading(
      isKeyedIn ? request.callbackNumber : request.callerNumber,
      isKeyedIn ? "callback_number" : "caller_number", in: region)
    let caller = try Self.caller(request, isKeyedIn ? nil : reading, region)
    wanted = RequestCallback(
      caller: caller, number: reading,
      numberSource: try request.numberSource.source(
        hasCallbackNumber: isKeyedIn, "number_source"),
      dialled: dialled?.line, location: dialledInto == nil ? given : nil,
      queue: try Field.optionalIdentifier(request.queueID, "queue_id"),
      priority: try Field.number(request.priority, "priority", in: FieldLimits.priority),
      notBefore: try request.notBefore?.wallTime("not_before"),
      expiresAt: try request.expiresAt?.wallTime("expires_at"),
      callReference: try Field.text(
        request.callReference, "call_reference", atMost: FieldLimits.referenceBytes),
      callArrivedAt: try request.callArrivedAt?.wallTime("call_arrived_at"),
      note: try Field.text(request.note, "note", atMost: FieldLimits.noteBytes),
      validateOnly: request.validateOnly)
    lines = Self.lines(reading, caller)
  }

  /// The caller; a number that caller ID garbled counts as none, since another may be keyed in.
  ///
  /// - Parameter reading: the caller's number, where it has been read.
  private static func caller(
    _ request: V1.RequestCallbackRequest, _ reading: NumberReading?, _ region: PhoneRegion
  ) throws(FieldError) -> Caller {
    let text = try Field.text(
      request.callerNumber, "caller_number", atMost: FieldLimits.numberBytes)
    let number: PhoneNumber? =
      switch reading {
      case .number(let number, _)?: number
      case .some: nil
      case nil: text.isEmpty ? nil : try? PhoneNumberParser.parse(text, in: region)
      }
    return Caller(
      name: try Field.text(request.callerName, "caller_name", atMost: FieldLimits.nameBytes),
      number: number,
      presentation: try request.presentation.presentation(
        hasNumber: number != nil, "presentation"))
  }

  /// The numbers under which a caller is looked up: the one to call back, then their own.
  static func lines(_ reading: NumberReading, _ caller: Caller) -> [PhoneNumber.Line] {
    var lines: [PhoneNumber.Line] = []
    if case .number(let number, _) = reading { lines.append(number.line) }
    if let number = caller.number, !lines.contains(number.line) { lines.append(number.line) }
    return lines
  }
}
