import CallbackMessages
import CallbackWire
import UnixRPC

extension AdminService {
  /// Reads the configuration file again and puts in force what can change without a restart.
  func reloadConfiguration(
    _ request: V1.ReloadConfigurationRequest, _ call: RPCCall
  ) async throws -> V1.ReloadConfigurationResponse {
    do throws(ReloadRefused) {
      let outcome = try await context.reload.run()
      return V1.ReloadConfigurationResponse(
        applied: outcome.applied, needsRestart: outcome.needsRestart)
    } catch {
      var metadata: [String: String] = [:]
      if !error.key.isEmpty { metadata["key"] = error.key }
      if let line = error.line { metadata["line"] = "\(line)" }
      throw Refusal(
        .failedPrecondition, .configurationRefused,
        error.key.isEmpty ? error.problem : "\(error.key): \(error.problem)", metadata: metadata)
    }
  }
}
