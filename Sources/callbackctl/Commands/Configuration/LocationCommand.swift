import ArgumentParser
import CallbackClient
import CallbackMessages

/// Locations.
struct LocationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "location",
    abstract: "Locations that callers dial into.",
    subcommands: [LocationPut.self, LocationGet.self, LocationList.self, LocationDelete.self])
}

/// Makes or changes a location.
struct LocationPut: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "put",
    abstract: "Add a location, or change what is given of one.",
    discussion: """
      Example:
        callbackctl location put oakland --name "Oakland Downtown" --region US \
          --time-zone America/Los_Angeles --calling-hours 09:00-20:00
      """)

  @Argument(help: "The location's id.")
  var location: String

  @Option(help: "What agents see. Default: the id.")
  var name: String?

  @Option(help: "Two letters, such as US: how national numbers are read there.")
  var region: String?

  @Option(help: "The IANA name of its time zone, such as America/Chicago.")
  var timeZone: String?

  @Option(
    help: ArgumentHelp(
      "When its callers may be called, by the clock where they may be; needs a time zone.",
      valueName: "HH:MM-HH:MM"))
  var callingHours: ClockRange?

  @Flag(help: "Its callers may be called at any time.")
  var noCallingHours = false

  @OptionGroup var put: PutOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func validate() throws {
    if noCallingHours, callingHours != nil {
      throw ValidationError("--calling-hours and --no-calling-hours exclude each other.")
    }
  }

  /// The location after the change.
  func changed(_ current: V1.Location?) -> V1.Location {
    var location = current ?? V1.Location(locationID: self.location)
    if let name { location.name = name }
    if let region { location.region = region.uppercased() }
    if let timeZone { location.timeZone = timeZone }
    if let callingHours { location.callingHours = callingHours.hours }
    if noCallingHours { location.callingHours = nil }
    return location
  }

  func run(in session: Session) async throws {
    let current = try await put.current {
      let request = V1.GetLocationRequest(locationID: location)
      return try await session.client.call(AdminServiceMethods.getLocation, request).location
    }
    let request = V1.PutLocationRequest(requestID: change.id, location: changed(current))
    let answer = try await session.client.call(AdminServiceMethods.putLocation, request)
    try session.show(answer) { ConfigurationText.location(answer.location ?? V1.Location(), $0) }
  }
}

/// Shows a location.
struct LocationGet: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Show a location.")

  @Argument(help: "The location.")
  var location: String

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.GetLocationRequest(locationID: location)
    let answer = try await session.client.call(AdminServiceMethods.getLocation, request)
    try session.show(answer) { ConfigurationText.location(answer.location ?? V1.Location(), $0) }
  }
}

/// Lists locations.
struct LocationList: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the locations by id.")

  @OptionGroup var paging: PagingOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.ListLocationsRequest(pageSize: paging.pageSize)
    try await session.showPages(
      session.client.pages(AdminServiceMethods.listLocations, request), all: paging.all,
      items: \.locations
    ) { ConfigurationText.locations($0.locations, $1) }
  }
}

/// Deletes a location.
struct LocationDelete: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a location that nothing uses.")

  @Argument(help: "The location.")
  var location: String

  @OptionGroup var removal: DeleteOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.DeleteLocationRequest(
      requestID: change.id, locationID: location, etag: removal.etag)
    let answer = try await session.client.call(AdminServiceMethods.deleteLocation, request)
    try session.show(answer) { _ in "Location \(SafeText.line(location)) is deleted." }
  }
}
