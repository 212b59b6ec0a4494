import CProtobufC
import Glibc
import ProtobufC
import SampleMessages
import Testing

@Suite("Memory for one message at a time")
struct ArenaTests {
  @Test("everything is aligned to 16 bytes, in the block and beyond it")
  func alignment() {
    let arena = Arena(capacity: 64)
    for count in [1, 3, 16, 17, 100, 5] {
      #expect(UInt(bitPattern: arena.allocate(count)).isMultiple(of: 16))
    }
  }

  @Test("pieces do not overlap")
  func pieces() {
    let arena = Arena(capacity: 256)
    let pieces = (1...40).map { (arena.allocate($0), $0) }
    for (index, piece) in pieces.enumerated() {
      memset(piece.0, Int32(index), piece.1)
    }
    for (index, piece) in pieces.enumerated() {
      let bytes = UnsafeRawBufferPointer(start: piece.0, count: piece.1)
      #expect(bytes.allSatisfy { $0 == UInt8(index) })
    }
  }

  @Test("a reset gives the same memory again")
  func reset() {
    let arena = Arena(capacity: 128)
    let first = arena.allocate(32)
    _ = arena.allocate(4096)
    arena.reset()
    #expect(arena.bytesUsed == 0)
    #expect(arena.allocate(32) == first)
  }

  @Test("protobuf-c gets NULL past the limit, and again memory after a reset")
  func limit() {
    let arena = Arena(capacity: 64, limit: 100)
    let allocator = arena.allocator.pointee
    #expect(allocator.alloc(allocator.allocator_data, 80) != nil)
    #expect(!arena.refusedMemory)
    #expect(allocator.alloc(allocator.allocator_data, 80) == nil)
    #expect(arena.refusedMemory)
    arena.reset()
    #expect(allocator.alloc(allocator.allocator_data, 80) != nil)
    #expect(!arena.refusedMemory)
    #expect(allocator.alloc(allocator.allocator_data, Int.max) == nil)
  }

  @Test("a use inside a use of the thread's arena gets another one")
  func nestedUse() {
    Arena.withThreadArena { outer in
      let kept = outer.string("outer")
      Arena.withThreadArena { inner in
        #expect(inner !== outer)
        _ = inner.string("inner")
      }
      #expect(String(cString: kept) == "outer")
    }
  }

  @Test("the thread's arena is empty again after each use")
  func emptyAfterUse() {
    Arena.withThreadArena { _ = $0.allocate(100_000) }
    Arena.withThreadArena { #expect($0.bytesUsed == 0) }
  }

  @Test("many threads encode and decode at once, and end")
  func threads() async {
    await withTaskGroup(of: Bool.self) { group in
      for seed in 0..<16 {
        group.addTask {
          let value = SampleV1.Scalars(
            int32: Int32(seed), string: String(repeating: "ü", count: seed))
          return (0..<200).allSatisfy { _ in
            (try? SampleV1.Scalars(wire: value.serialized())) == value
          }
        }
      }
      for await isEqual in group { #expect(isEqual) }
    }
  }

  @Test("an empty repeated field has neither count nor array")
  func emptyArray() {
    let arena = Arena()
    let array = arena.array([Int]()) { Int32($0) }
    #expect(array.count == 0)
    #expect(array.start == nil)
  }
}
