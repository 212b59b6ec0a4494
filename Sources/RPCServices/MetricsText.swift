import NIOCore
public import UnixRPC

/// Metrics in Prometheus's text format 0.0.4: families with their help and type, each sample a line.
public struct MetricsText: Sendable {
  /// What a family's samples mean.
  public enum Kind: String, Sendable {
    /// Grows until the next start.
    case counter
    /// A value now.
    case gauge
    /// How many fell into which bucket.
    case histogram
  }

  /// A label with its value.
  public typealias Label = (name: String, value: String)

  private var buffer = ByteBuffer()

  /// No metrics yet.
  public init() {}

  /// Begins a family; its samples follow.
  public mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    buffer.writeString("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
  }

  /// Adds a sample of the family.
  public mutating func sample(_ name: String, _ labels: [Label] = [], _ value: some BinaryInteger) {
    line(name, labels, String(value))
  }

  /// Adds a sample of the family.
  public mutating func sample(_ name: String, _ labels: [Label] = [], _ value: Double) {
    line(name, labels, "\(value)")
  }

  /// Adds a family of one sample.
  public mutating func single(
    _ name: String, _ kind: Kind, _ help: String, _ value: some BinaryInteger
  ) {
    family(name, kind, help)
    sample(name, [], value)
  }

  /// Adds the samples of a histogram.
  ///
  /// - Parameters:
  ///   - bounds: the upper bounds of the buckets, in seconds, as the format writes them.
  ///   - counts: how many fell into each bucket alone; one more than there are bounds.
  ///   - sum: the sum of all, in seconds.
  public mutating func histogram(
    _ name: String, _ labels: [Label] = [], bounds: [String], counts: [some BinaryInteger],
    sum: Double
  ) {
    var total = 0
    for (bound, count) in zip(bounds + ["+Inf"], counts) {
      total += Int(count)
      sample(name + "_bucket", labels + [("le", bound)], total)
    }
    sample(name + "_sum", labels, sum)
    sample(name + "_count", labels, total)
  }

  /// The page that a collector reads.
  public var page: RPCPage {
    RPCPage(contentType: "text/plain; version=0.0.4; charset=utf-8", body: buffer)
  }

  private mutating func line(_ name: String, _ labels: [Label], _ value: String) {
    buffer.writeString(name)
    for (index, label) in labels.enumerated() {
      buffer.writeString(index == 0 ? "{" : ",")
      buffer.writeString("\(label.name)=\"\(Self.escaped(label.value))\"")
    }
    buffer.writeString(labels.isEmpty ? " \(value)\n" : "} \(value)\n")
  }

  private static func escaped(_ value: String) -> String {
    guard value.utf8.contains(where: { $0 == 0x22 || $0 == 0x5C || $0 == 0x0A }) else {
      return value
    }
    return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n")
  }
}
