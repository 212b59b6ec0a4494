/// What an answer without `grpc-status` means, by gRPC's table of HTTP status codes.
func rpcCode(forHTTPStatus status: Int) -> RPCCode {
  switch status {
  case 400, 431: .internal
  case 401: .unauthenticated
  case 403: .permissionDenied
  case 404: .unimplemented
  case 429, 502, 503, 504: .unavailable
  default: .unknown
  }
}
