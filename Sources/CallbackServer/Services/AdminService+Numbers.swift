import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire

extension V1.ListNumbersRequest: PageRequest {}

extension AdminService {
  /// Makes or replaces a dialled number.
  func putNumber(_ request: V1.PutNumberRequest) throws -> CommandCall<V1.PutNumberResponse> {
    let wanted = try Field.required(request.number, "number")
    let location: LocationID? = try Field.optionalIdentifier(
      wanted.locationID, "number.location_id")
    let parsed = try context.numbers.number(
      wanted.number, "number.number", in: context.numbers.region(of: location))
    let number = try wanted.dialledNumber(parsed)
    let command = Command.putNumber(
      number, ifRevision: try Etag.revision(wanted.etag, "number.etag"))
    return CommandCall(command) { reply, at in
      guard case .put(let revision) = reply else { return nil }
      var put = number
      put.revision = revision
      return V1.PutNumberResponse(logPosition: at.position, number: V1.DialledNumber(put))
    }
  }

  /// Gives a dialled number.
  func getNumber(_ request: V1.GetNumberRequest) throws -> ReadCall<V1.GetNumberResponse> {
    let line = try context.numbers.number(
      request.number, "number", in: context.numbers.defaultRegion
    ).line
    return { state, point in
      guard let number = state.number(line) else { throw Rejection.notFound(.number(line)) }
      return V1.GetNumberResponse(
        logPosition: point.position, number: V1.DialledNumber(number))
    }
  }

  /// Lists dialled numbers.
  func listNumbers(_ request: V1.ListNumbersRequest) throws -> ReadCall<V1.ListNumbersResponse> {
    let (empty, after) = try request.page(of: V1.DialledNumber.self)
    return { state, point in
      var page = empty
      page.fill(state.numberLines.after(after), bytes: \.keyBytes) { line in
        state.number(line).map { V1.DialledNumber($0) }
      }
      return V1.ListNumbersResponse(
        logPosition: point.position, numbers: page.entries, nextPageToken: page.nextToken)
    }
  }

  /// Deletes a dialled number.
  func deleteNumber(
    _ request: V1.DeleteNumberRequest
  ) throws -> CommandCall<V1.DeleteNumberResponse> {
    let line = try context.numbers.number(
      request.number, "number", in: context.numbers.defaultRegion
    ).line
    return CommandCall(.deleteNumber(line, ifRevision: try Etag.revision(request.etag))) {
      _, at in
      V1.DeleteNumberResponse(logPosition: at.position)
    }
  }
}

extension PhoneNumber.Line {
  /// The key of a page token: number and extension, which hold no `;`.
  fileprivate var keyBytes: [UInt8] { Array("\(e164);\(self.extension)".utf8) }

  fileprivate init(key: [UInt8]) {
    let parts = String(decoding: key, as: UTF8.self).split(
      separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(e164: String(parts[0]), extension: parts.count > 1 ? String(parts[1]) : "")
  }
}

extension [PhoneNumber.Line] {
  /// The lines after a key of a page token, in their order.
  fileprivate func after(_ key: [UInt8]?) -> ArraySlice<PhoneNumber.Line> {
    guard let key else { return self[...] }
    let last = PhoneNumber.Line(key: key)
    return self[firstIndex(above: { $0 > last })...]
  }
}
