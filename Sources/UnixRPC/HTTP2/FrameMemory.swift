import CNGHTTP2
import Glibc

/// Memory for the state that nghttp2 keeps of streams and frames: a piece that one call has given
/// back is what the next one gets, without a look at the heap.
///
/// A piece of up to ``largestPooled`` bytes is rounded up to a multiple of 32 and goes, when freed,
/// to the list of its size; larger ones are the heap's. One thread only: an event loop has one for
/// all its connections. It outlives every session made with it.
final class FrameMemory {
  /// What a session is made with; points at this object, unretained.
  let functions: UnsafeMutablePointer<nghttp2_mem>

  /// Free pieces by size, each pointing at the next.
  private let free: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  /// Bytes in those lists.
  private(set) var keptBytes = 0

  static let largestPooled = 1_024
  /// What is kept for later at most: the state of some thousand streams.
  static let maximumKeptBytes = 2 * 1024 * 1024

  private static let unit = 32
  private static let classes = largestPooled / unit + 1
  /// The size stands before each piece; 16 bytes keep what follows aligned.
  private static let header = 16

  init() {
    functions = .allocate(capacity: 1)
    free = .allocate(capacity: Self.classes)
    free.initialize(repeating: nil, count: Self.classes)
    functions.initialize(
      to: nghttp2_mem(
        mem_user_data: Unmanaged.passUnretained(self).toOpaque(),
        malloc: { size, owner in FrameMemory.of(owner) { $0.allocate(size) } },
        free: { piece, owner in FrameMemory.of(owner) { $0.release(piece) } },
        calloc: { count, size, owner in
          FrameMemory.of(owner) { $0.allocateZeroed(count, size) }
        },
        realloc: { piece, size, owner in FrameMemory.of(owner) { $0.resize(piece, size) } }))
  }

  deinit {
    for index in 0..<Self.classes {
      while let piece = free[index] {
        free[index] = piece.load(as: UnsafeMutableRawPointer?.self)
        Glibc.free(piece - Self.header)
      }
    }
    free.deallocate()
    functions.deallocate()
  }

  @inline(__always)
  private static func of<Result>(
    _ owner: UnsafeMutableRawPointer?, _ body: (FrameMemory) -> Result
  ) -> Result {
    Unmanaged<FrameMemory>.fromOpaque(owner!)._withUnsafeGuaranteedRef(body)
  }

  // MARK: - The four functions

  private func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    let index = Self.index(size)
    if index < Self.classes, let piece = free[index] {
      free[index] = piece.load(as: UnsafeMutableRawPointer?.self)
      keptBytes -= index * Self.unit
      return piece
    }
    let room = index < Self.classes ? index * Self.unit : size
    guard room <= Int.max - Self.header, let block = malloc(Self.header + room) else { return nil }
    block.storeBytes(of: room, as: Int.self)
    return block + Self.header
  }

  private func allocateZeroed(_ count: Int, _ size: Int) -> UnsafeMutableRawPointer? {
    let (bytes, overflows) = count.multipliedReportingOverflow(by: size)
    guard !overflows, let piece = allocate(bytes) else { return nil }
    memset(piece, 0, bytes)
    return piece
  }

  private func release(_ piece: UnsafeMutableRawPointer?) {
    guard let piece else { return }
    let room = Self.room(piece)
    guard room <= Self.largestPooled, keptBytes + room <= Self.maximumKeptBytes else {
      return Glibc.free(piece - Self.header)
    }
    let index = room / Self.unit
    piece.storeBytes(of: free[index], as: UnsafeMutableRawPointer?.self)
    free[index] = piece
    keptBytes += room
  }

  private func resize(
    _ piece: UnsafeMutableRawPointer?, _ size: Int
  ) -> UnsafeMutableRawPointer? {
    guard let piece else { return allocate(size) }
    let room = Self.room(piece)
    if size <= room { return piece }
    guard let larger = allocate(size) else { return nil }
    memcpy(larger, piece, room)
    release(piece)
    return larger
  }

  /// The list for pieces of `size` bytes: an empty one has the smallest size too.
  private static func index(_ size: Int) -> Int {
    // C hands sizes over as Int; one beyond it is negative here, and no list's.
    size < 0 || size > largestPooled ? classes : max(1, (size + unit - 1) / unit)
  }

  private static func room(_ piece: UnsafeMutableRawPointer) -> Int {
    (piece - header).load(as: Int.self)
  }
}
