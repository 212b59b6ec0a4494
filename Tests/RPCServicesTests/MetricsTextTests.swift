import NIOCore
import RPCServices
import Testing
import UnixRPC

@Suite("The text of metrics")
struct MetricsTextTests {
  private func lines(_ text: MetricsText) -> [String] {
    String(buffer: text.page.body).split(separator: "\n").map(String.init)
  }

  @Test("has a family's help and type before its samples")
  func family() {
    var text = MetricsText()
    text.family("a_total", .counter, "Counts.")
    text.sample("a_total", [("x", "1"), ("y", "2")], 3)
    text.single("b", .gauge, "Is.", 4)
    #expect(
      lines(text) == [
        "# HELP a_total Counts.", "# TYPE a_total counter", #"a_total{x="1",y="2"} 3"#,
        "# HELP b Is.", "# TYPE b gauge", "b 4",
      ])
    #expect(text.page.contentType == "text/plain; version=0.0.4; charset=utf-8")
  }

  @Test("escapes what a label may not hold")
  func escaped() {
    var text = MetricsText()
    text.sample("a", [("x", "q\"b\\n\nZoë")], 1)
    #expect(lines(text) == [#"a{x="q\"b\\n\nZoë"} 1"#])
  }

  @Test("sums a histogram's buckets up")
  func histogram() {
    var text = MetricsText()
    text.histogram("h", [("x", "1")], bounds: ["0.1", "1"], counts: [2, 0, 3], sum: 4.5)
    #expect(
      lines(text) == [
        #"h_bucket{x="1",le="0.1"} 2"#, #"h_bucket{x="1",le="1"} 2"#,
        #"h_bucket{x="1",le="+Inf"} 5"#, #"h_sum{x="1"} 4.5"#, #"h_count{x="1"} 5"#,
      ])
  }

  @Test("names services, methods and statuses as other servers do")
  func server() {
    var metrics = RPCServerMetrics()
    metrics.calls["/a.B/C"] = [.ok: 2, .deadlineExceeded: 1]
    metrics.calls["/page"] = [.ok: 1]
    metrics.calls[""] = [.internal: 1]
    var text = MetricsText()
    text.add(metrics)
    let all = lines(text)
    let handled = "grpc_server_handled_total"
    for line in [
      #"\#(handled){grpc_service="a.B",grpc_method="C",grpc_code="OK"} 2"#,
      #"\#(handled){grpc_service="a.B",grpc_method="C",grpc_code="DeadlineExceeded"} 1"#,
      #"\#(handled){grpc_service="",grpc_method="/page",grpc_code="OK"} 1"#,
      #"\#(handled){grpc_service="",grpc_method="",grpc_code="Internal"} 1"#,
    ] {
      #expect(all.contains(line), "\(line)")
    }
  }
}
