import ArgumentParser
import CallbackClient
import CallbackMessages

/// Settings of the whole service.
struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Settings of the whole service.",
    subcommands: [SettingsGet.self, SettingsPut.self])
}

/// Shows the settings.
struct SettingsGet: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Show the settings in force.")

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let answer = try await session.client.call(
      AdminServiceMethods.getSettings, V1.GetSettingsRequest())
    try session.show(answer) { ConfigurationText.settings(answer.settings, $0) }
  }
}

/// Changes the settings.
struct SettingsPut: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "put",
    abstract: "Change what is given of the settings.",
    discussion: """
      Example:
        callbackctl settings put --presence-grace 15s --inactivity-timeout 1h
      """)

  @Option(
    help: ArgumentHelp("How long a lost desktop is forgiven. [10s]", valueName: "duration"))
  var presenceGrace: DurationArgument?

  @Option(
    help: ArgumentHelp("Inactive becomes Offline after; 0: never. [30m]", valueName: "duration"))
  var inactivityTimeout: DurationArgument?

  @Option(
    help: ArgumentHelp("Cooldown after a call that is no callback. [0]", valueName: "duration"))
  var otherCallCooldown: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "A longer call that is no callback counts as ended. [4h]",
      valueName: "duration"))
  var otherCallLimit: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "How long answers are remembered under request ids. [24h]",
      valueName: "duration"))
  var requestMemory: DurationArgument?

  @Option(help: "How many answers are remembered at most. [1000000]")
  var requestMemoryLimit: UInt32?

  @OptionGroup var put: PutOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  /// The settings after the change.
  func changed(_ current: V1.ServiceSettings?) -> V1.ServiceSettings {
    var settings = current ?? V1.ServiceSettings()
    if let presenceGrace { settings.presenceGrace = .init(presenceGrace.duration) }
    if let inactivityTimeout { settings.inactivityTimeout = .init(inactivityTimeout.duration) }
    if let otherCallCooldown { settings.cooldownAfterOtherCall = .init(otherCallCooldown.duration) }
    if let otherCallLimit { settings.otherCallLimit = .init(otherCallLimit.duration) }
    if let requestMemory { settings.requestMemory = .init(requestMemory.duration) }
    if let requestMemoryLimit { settings.requestMemoryLimit = .init(value: requestMemoryLimit) }
    return settings
  }

  func run(in session: Session) async throws {
    let current = try await put.current {
      try await session.client.call(AdminServiceMethods.getSettings, V1.GetSettingsRequest())
        .settings
    }
    let request = V1.PutSettingsRequest(requestID: change.id, settings: changed(current))
    let answer = try await session.client.call(AdminServiceMethods.putSettings, request)
    try session.show(answer) { ConfigurationText.settings(answer.settings, $0) }
  }
}
