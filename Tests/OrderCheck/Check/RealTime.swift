/// The order of the positions is that of the calls.
enum RealTime {
  /// Finds every answer whose call began after the end of one with a higher position: goes through
  /// the calls by their beginnings, and keeps the highest position among those that had ended.
  static func check(_ told: [Told], _ findings: inout Findings) {
    let byEnd = told.sorted { $0.ended < $1.ended }
    var ended = 0
    var highest: Told?
    for one in told.sorted(by: { $0.operation.began < $1.operation.began }) {
      while ended < byEnd.count, byEnd[ended].ended < one.operation.began {
        if byEnd[ended].position > highest?.position ?? 0 { highest = byEnd[ended] }
        ended += 1
      }
      guard let highest, highest.position > one.position else { continue }
      findings.add(
        "\(one.index): \(one.operation.method) at \(one.position), after \(highest.index) had "
          + "ended at \(highest.position)")
    }
  }
}
