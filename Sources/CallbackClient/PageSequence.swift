public import CallbackMessages
import ProtobufC

/// The pages of a listing, each asked for when it is read.
public struct PageSequence<Request: PagedRequest, Response: PagedResponse>: AsyncSequence, Sendable
{
  /// A page.
  public typealias Element = Response
  /// Why a page could not be had.
  public typealias Failure = CallbackError

  let client: CallbackClient
  let method: RPCMethod<Request, Response>
  let request: Request

  /// Begins with the first page.
  public func makeAsyncIterator() -> Iterator {
    Iterator(client: client, method: method, next: request)
  }

  /// Asks for one page after another.
  public struct Iterator: AsyncIteratorProtocol {
    let client: CallbackClient
    let method: RPCMethod<Request, Response>
    var next: Request?

    /// The next page, or nil after the last.
    public mutating func next(
      isolation actor: isolated (any Actor)? = #isolation
    ) async throws(CallbackError) -> Response? {
      guard var request = next else { return nil }
      let page = try await client.call(method, request)
      request.pageToken = page.nextPageToken
      next = page.nextPageToken.isEmpty ? nil : request
      return page
    }
  }
}

extension CallbackClient {
  /// Lists page by page.
  ///
  /// - Parameters:
  ///   - method: a listing method of the generated tables.
  ///   - request: its filter and page size.
  public func pages<Request: PagedRequest, Response: PagedResponse>(
    _ method: RPCMethod<Request, Response>, _ request: Request
  ) -> PageSequence<Request, Response> {
    PageSequence(client: self, method: method, request: request)
  }
}
