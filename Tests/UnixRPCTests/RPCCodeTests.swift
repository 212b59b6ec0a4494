import Testing
import UnixRPC

@Suite struct RPCCodeTests {
  @Test func theSeventeenCanonicalCodesAreNumberedFromZero() {
    #expect(RPCCode.allCases.map(\.rawValue) == Array(0...16))
  }
}
