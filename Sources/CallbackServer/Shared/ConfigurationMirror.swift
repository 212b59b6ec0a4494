import CallbackCore
import CallbackEngine
import Synchronization

/// What reading a number needs of the configuration, kept up to date by the engine, so that requests
/// need no turn of the engine for it.
final class ConfigurationMirror: EngineObserver {
  /// A location as messages and number reading see it.
  struct Place: Sendable {
    /// What agents see.
    var name: String
    /// Two letters; empty: the default region.
    var region: String
  }

  fileprivate struct State {
    var places: [LocationID: Place] = [:]
    var locations: [PhoneNumber.Line: LocationID] = [:]
  }

  private let state = Mutex(State())
  private let changes = Atomic<UInt64>(0)

  /// Changes whenever a location or a dialled number may have changed. Whoever keeps what depends on
  /// them reads this before.
  var revision: UInt64 { changes.load(ordering: .acquiring) }

  /// Takes over what is configured.
  func began(_ state: borrowing CallCenter, at point: ReadPoint) {
    var fresh = State()
    for id in state.locationIDs { fresh.put(state.location(id)) }
    for line in state.numberLines { fresh.put(state.number(line)) }
    self.state.withLock { $0 = fresh }
    changes.wrappingAdd(1, ordering: .releasing)
  }

  /// Follows changes of locations and numbers.
  func appended(_ records: [EventRecord], _ state: borrowing CallCenter, at point: ReadPoint) {
    for record in records {
      switch record.event {
      case .locationPut(let location): self.state.withLock { $0.put(location) }
      case .locationDeleted(let id): self.state.withLock { $0.places[id] = nil }
      case .numberPut(let number): self.state.withLock { $0.put(number) }
      case .numberDeleted(let line): self.state.withLock { $0.locations[line] = nil }
      default: continue
      }
      changes.wrappingAdd(1, ordering: .releasing)
    }
  }

  /// Nothing is held that must end.
  func ended() {}

  /// The location that a dialled number belongs to.
  func location(of dialled: PhoneNumber.Line?) -> LocationID? {
    guard let dialled else { return nil }
    return state.withLock { $0.locations[dialled] }
  }

  /// A location.
  func place(_ id: LocationID?) -> Place? {
    guard let id else { return nil }
    return state.withLock { $0.places[id] }
  }

  /// The regions of all locations that have one.
  func regions() -> [LocationID: String] {
    state.withLock { $0.places.filter { !$0.value.region.isEmpty }.mapValues(\.region) }
  }
}

extension ConfigurationMirror.State {
  fileprivate mutating func put(_ location: Location?) {
    guard let location else { return }
    places[location.id] = .init(name: location.displayName, region: location.region)
  }

  fileprivate mutating func put(_ number: DialledNumber?) {
    guard let number else { return }
    locations[number.number.line] = number.location
  }
}

extension Location {
  /// What agents see: the name, or the id where there is none.
  var displayName: String { name.isEmpty ? id.rawValue : name }
}

extension Queue {
  /// What agents see: the name, or the id where there is none.
  var displayName: String { name.isEmpty ? id.rawValue : name }
}
