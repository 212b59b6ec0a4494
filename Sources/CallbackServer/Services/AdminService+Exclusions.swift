import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire

extension V1.ListExclusionsRequest: PageRequest {}

extension AdminService {
  /// Makes or replaces an exclusion.
  func putExclusion(
    _ request: V1.PutExclusionRequest
  ) throws -> CommandCall<V1.PutExclusionResponse> {
    let wanted = try Field.required(request.exclusion, "exclusion")
    let exclusion = Exclusion(
      key: try key(wanted.number, wanted.locationID, "exclusion."),
      note: try Field.text(
        wanted.note, "exclusion.note", atMost: FieldLimits.exclusionNoteBytes))
    let command = Command.putExclusion(
      exclusion, ifRevision: try Etag.revision(wanted.etag, "exclusion.etag"))
    return CommandCall(command) { reply, at in
      guard case .put(let revision) = reply else { return nil }
      var put = exclusion
      put.revision = revision
      return V1.PutExclusionResponse(logPosition: at.position, exclusion: V1.Exclusion(put))
    }
  }

  /// Lists exclusions by number.
  func listExclusions(
    _ request: V1.ListExclusionsRequest
  ) throws -> ReadCall<V1.ListExclusionsResponse> {
    let (empty, after) = try request.page(of: V1.Exclusion.self)
    return { state, point in
      var page = empty
      page.fill(state.exclusionKeys.after(after), bytes: \.keyBytes) { key in
        state.exclusion(key).map { V1.Exclusion($0) }
      }
      return V1.ListExclusionsResponse(
        logPosition: point.position, exclusions: page.entries, nextPageToken: page.nextToken)
    }
  }

  /// Deletes an exclusion.
  func deleteExclusion(
    _ request: V1.DeleteExclusionRequest
  ) throws -> CommandCall<V1.DeleteExclusionResponse> {
    let key = try key(request.number, request.locationID, "")
    return CommandCall(.deleteExclusion(key, ifRevision: try Etag.revision(request.etag))) {
      _, at in
      V1.DeleteExclusionResponse(logPosition: at.position)
    }
  }

  private func key(
    _ number: String, _ locationID: String, _ path: String
  ) throws -> Exclusion.Key {
    let location: LocationID? = try Field.optionalIdentifier(locationID, "\(path)location_id")
    let parsed = try context.numbers.number(
      number, "\(path)number", in: context.numbers.region(of: location))
    return Exclusion.Key(e164: parsed.e164, location: location)
  }
}

extension Exclusion.Key {
  /// The key of a page token: a number, which holds no `;`, and a location.
  fileprivate var keyBytes: [UInt8] { Array("\(e164);\(location?.rawValue ?? "")".utf8) }

  fileprivate init(key: [UInt8]) {
    let parts = String(decoding: key, as: UTF8.self).split(
      separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
    let location = parts.count > 1 && !parts[1].isEmpty ? LocationID(String(parts[1])) : nil
    self.init(e164: String(parts[0]), location: location)
  }
}

extension [Exclusion.Key] {
  /// The keys after that of a page token, in their order.
  fileprivate func after(_ key: [UInt8]?) -> ArraySlice<Exclusion.Key> {
    guard let key else { return self[...] }
    let last = Exclusion.Key(key: key)
    return self[firstIndex(above: { $0 > last })...]
  }
}
