import CProtobufC
import Glibc

/// Memory for one message at a time: everything that unpacking or packing needs comes from it and
/// goes back at once with ``reset()``.
///
/// Small requests are cut from one block that stays; what does not fit is taken from malloc and
/// freed at the next reset. An arena belongs to one thread at a time.
public final class Arena {
  /// What protobuf-c is handed: its `alloc` cuts from this arena, its `free` does nothing.
  public let allocator: UnsafeMutablePointer<ProtobufCAllocator>

  private static let alignment = 16
  private let block: UnsafeMutableRawPointer
  private let capacity: Int
  /// Behind a pointer, because Swift checks each access to a class's own variables as it runs,
  /// which took an eighth of the time of a decoding.
  private let state: UnsafeMutablePointer<State>

  private struct State {
    var limit: Int
    var refusedMemory = false
    var isLent = false
    var cursor = 0
    var large: [UnsafeMutableRawPointer] = []
    var largeBytes = 0
  }

  /// Makes an arena.
  ///
  /// - Parameters:
  ///   - capacity: bytes of the block that stays allocated between messages.
  ///   - limit: bytes that unpacking one message may take.
  public init(capacity: Int = 32 * 1024, limit: Int = WireLimits.standard.memory) {
    self.capacity = capacity
    block = .allocate(byteCount: capacity, alignment: Self.alignment)
    state = .allocate(capacity: 1)
    state.initialize(to: State(limit: limit))
    allocator = .allocate(capacity: 1)
    // The arena outlives its allocator struct, which deinit frees: the pointer back is unretained.
    allocator.initialize(
      to: ProtobufCAllocator(
        alloc: { data, size in
          Unmanaged<Arena>.fromOpaque(data!)._withUnsafeGuaranteedRef { $0.bounded(size) }
        },
        free: { _, _ in },
        allocator_data: nil))
    allocator.pointee.allocator_data = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit {
    reset()
    block.deallocate()
    allocator.deinitialize(count: 1)
    allocator.deallocate()
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// Bytes that protobuf-c may take between two resets; past it `alloc` answers NULL, on which
  /// unpacking ends cleanly. What our own code builds in the arena is not bounded by it.
  public var limit: Int {
    get { state.pointee.limit }
    set { state.pointee.limit = newValue }
  }

  /// Whether protobuf-c was refused memory since the last reset.
  public var refusedMemory: Bool { state.pointee.refusedMemory }

  /// Bytes taken since the last reset, rounded up to the alignment.
  public var bytesUsed: Int { state.pointee.cursor + state.pointee.largeBytes }

  /// Whether somebody uses this arena as their thread's own right now.
  var isLent: Bool {
    get { state.pointee.isLent }
    set { state.pointee.isLent = newValue }
  }

  /// Takes back everything at once; every pointer into the arena is invalid afterwards.
  public func reset() {
    state.pointee.cursor = 0
    state.pointee.refusedMemory = false
    if !state.pointee.large.isEmpty { freeLarge() }
  }

  /// Uninitialised memory, aligned to 16 bytes, valid until the next reset.
  public func allocate(_ count: Int) -> UnsafeMutableRawPointer {
    let rounded = (count &+ (Self.alignment - 1)) & ~(Self.alignment - 1)
    precondition(count >= 0 && rounded >= count, "a size of memory is not negative")
    let cursor = state.pointee.cursor
    guard rounded <= capacity &- cursor else { return allocateLarge(rounded) }
    state.pointee.cursor = cursor &+ rounded
    return block + cursor
  }

  /// The same for protobuf-c, within the limit.
  private func bounded(_ count: Int) -> UnsafeMutableRawPointer? {
    guard count >= 0, count <= limit &- bytesUsed else {
      state.pointee.refusedMemory = true
      return nil
    }
    return allocate(count)
  }

  @inline(never)
  private func allocateLarge(_ count: Int) -> UnsafeMutableRawPointer {
    guard let memory = malloc(count) else { fatalError("out of memory") }
    state.pointee.large.append(memory)
    state.pointee.largeBytes += count
    return memory
  }

  @inline(never)
  private func freeLarge() {
    for memory in state.pointee.large { free(memory) }
    state.pointee.large.removeAll()
    state.pointee.largeBytes = 0
  }
}
