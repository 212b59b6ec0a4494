import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire

extension V1.ListLocationsRequest: PageRequest {}

extension AdminService {
  /// Makes or replaces a location.
  func putLocation(
    _ request: V1.PutLocationRequest
  ) throws -> CommandCall<V1.PutLocationResponse> {
    let wanted = try Field.required(request.location, "location")
    let location = try wanted.location()
    _ = try context.numbers.region(location.region, "location.region")
    let command = Command.putLocation(
      location, ifRevision: try Etag.revision(wanted.etag, "location.etag"))
    return CommandCall(command) { reply, at in
      guard case .put(let revision) = reply else { return nil }
      var put = location
      put.revision = revision
      return V1.PutLocationResponse(logPosition: at.position, location: V1.Location(put))
    }
  }

  /// Gives a location.
  func getLocation(
    _ request: V1.GetLocationRequest
  ) throws -> ReadCall<V1.GetLocationResponse> {
    let id: LocationID = try Field.identifier(request.locationID, "location_id")
    return { state, point in
      guard let location = state.location(id) else { throw Rejection.notFound(.location(id)) }
      return V1.GetLocationResponse(
        logPosition: point.position, location: V1.Location(location))
    }
  }

  /// Lists locations by id.
  func listLocations(
    _ request: V1.ListLocationsRequest
  ) throws -> ReadCall<V1.ListLocationsResponse> {
    let (empty, after) = try request.page(of: V1.Location.self)
    return { state, point in
      var page = empty
      page.fill(state.locationIDs.afterKey(after), bytes: \.keyBytes) { id in
        state.location(id).map { V1.Location($0) }
      }
      return V1.ListLocationsResponse(
        logPosition: point.position, locations: page.entries, nextPageToken: page.nextToken)
    }
  }

  /// Deletes a location that nothing uses.
  func deleteLocation(
    _ request: V1.DeleteLocationRequest
  ) throws -> CommandCall<V1.DeleteLocationResponse> {
    let id: LocationID = try Field.identifier(request.locationID, "location_id")
    return CommandCall(.deleteLocation(id, ifRevision: try Etag.revision(request.etag))) {
      _, at in
      V1.DeleteLocationResponse(logPosition: at.position)
    }
  }
}
