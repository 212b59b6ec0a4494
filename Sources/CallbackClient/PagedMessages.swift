public import CallbackMessages
public import ProtobufC

/// A request that is answered page by page.
public protocol PagedRequest: WireMessage {
  /// Where the page before ended; empty: the first page.
  var pageToken: String { get set }
}

/// A page of an answer.
public protocol PagedResponse: WireMessage {
  /// Where the next page begins; empty: there is none.
  var nextPageToken: String { get set }
}

extension V1.ListCallbacksRequest: PagedRequest {}
extension V1.ListCallbacksResponse: PagedResponse {}
extension V1.ExplainCallbackRequest: PagedRequest {}
extension V1.ExplainCallbackResponse: PagedResponse {}
extension V1.ListAgentsRequest: PagedRequest {}
extension V1.ListAgentsResponse: PagedResponse {}
extension V1.GetCallerHistoryRequest: PagedRequest {}
extension V1.GetCallerHistoryResponse: PagedResponse {}
extension V1.ListQueuesRequest: PagedRequest {}
extension V1.ListQueuesResponse: PagedResponse {}
extension V1.ListAgentConfigsRequest: PagedRequest {}
extension V1.ListAgentConfigsResponse: PagedResponse {}
extension V1.ListLocationsRequest: PagedRequest {}
extension V1.ListLocationsResponse: PagedResponse {}
extension V1.ListNumbersRequest: PagedRequest {}
extension V1.ListNumbersResponse: PagedResponse {}
extension V1.ListExclusionsRequest: PagedRequest {}
extension V1.ListExclusionsResponse: PagedResponse {}
extension V1.ListInactiveReasonsRequest: PagedRequest {}
extension V1.ListInactiveReasonsResponse: PagedResponse {}
extension V1.ListForgettingsRequest: PagedRequest {}
extension V1.ListForgettingsResponse: PagedResponse {}
