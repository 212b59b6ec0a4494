/// Which outcome each simulated call gets.
struct OutcomePlan: Sendable {
  private var byNumber: [String: SimulatedOutcome]
  private var inOrder: ArraySlice<SimulatedOutcome>
  private let afterwards: SimulatedOutcome

  /// Outcomes for certain numbers; for all other calls those in order, then one and the same.
  ///
  /// - Parameters:
  ///   - inOrder: for the first calls, in the order of their commands; empty: answered.
  ///   - byNumber: by E.164; these calls do not use up the order.
  ///   - fallback: for calls after those in order; nil: the last of them again.
  init(
    inOrder: [SimulatedOutcome] = [], byNumber: [String: SimulatedOutcome] = [:],
    fallback: SimulatedOutcome? = nil
  ) {
    self.inOrder = inOrder[...]
    self.byNumber = byNumber
    afterwards = fallback ?? inOrder.last ?? .answered
  }

  /// The outcome of the next call, which is to this number.
  mutating func next(for e164: String) -> SimulatedOutcome {
    byNumber[e164] ?? inOrder.popFirst() ?? afterwards
  }
}
