public import CallbackMessages

extension CallbackClient {
  /// Looks a number up in the directory.
  ///
  /// - Parameters:
  ///   - number: as people write it.
  ///   - locationID: the location that the caller dialled into; its region reads the number.
  ///   - region: two letters, where no location is given.
  ///   - explain: whether to tell what each directory answered.
  public func resolveCaller(
    _ number: String, location locationID: String = "", region: String = "", explain: Bool = false
  ) async throws(CallbackError) -> V1.ResolveCallerResponse {
    let request = V1.ResolveCallerRequest(
      number: number, locationID: locationID, region: region, explain: explain)
    return try await call(CallbackServiceMethods.resolveCaller, request)
  }

  /// Searches records by part of a name or of a number.
  public func searchRecords(
    _ query: String, limit: UInt32 = 0
  ) async throws(CallbackError) -> V1.SearchRecordsResponse {
    let request = V1.SearchRecordsRequest(query: query, limit: limit)
    return try await call(CallbackServiceMethods.searchRecords, request)
  }

  /// Gives one record of the directory.
  public func record(_ recordID: String) async throws(CallbackError) -> V1.Record {
    let request = V1.GetRecordRequest(recordID: recordID)
    return try await call(CallbackServiceMethods.getRecord, request).record ?? V1.Record()
  }

  /// Starts a new Lead from the Greeting card.
  public func startLead(
    _ request: V1.StartLeadRequest
  ) async throws(CallbackError) -> V1.StartLeadResponse {
    try await call(CallbackServiceMethods.startLead, request)
  }

  /// Matches a number to an existing record from the Greeting card.
  public func matchCaller(
    _ request: V1.MatchCallerRequest
  ) async throws(CallbackError) -> V1.MatchCallerResponse {
    try await call(CallbackServiceMethods.matchCaller, request)
  }

  /// Takes a number off a record.
  public func unmatchCaller(
    _ request: V1.UnmatchCallerRequest
  ) async throws(CallbackError) -> V1.UnmatchCallerResponse {
    try await call(CallbackServiceMethods.unmatchCaller, request)
  }
}
