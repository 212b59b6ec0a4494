import CNGHTTP2
import Glibc
import Testing

@testable import UnixRPC

@Suite("Memory for nghttp2")
struct FrameMemoryTests {
  let memory = FrameMemory()

  private func allocate(_ size: Int) -> UnsafeMutableRawPointer {
    memory.functions.pointee.malloc(size, memory.functions.pointee.mem_user_data)!
  }

  private func free(_ piece: UnsafeMutableRawPointer?) {
    memory.functions.pointee.free(piece, memory.functions.pointee.mem_user_data)
  }

  @Test("gives a freed piece to the next who asks for its size")
  func reuse() {
    let first = allocate(100)
    free(first)
    #expect(memory.keptBytes == 128)
    #expect(allocate(97) == first)
    #expect(memory.keptBytes == 0)
    free(first)
  }

  @Test("clears what calloc gives, also where it was used before")
  func zeroed() {
    let used = allocate(64)
    memset(used, 0xFF, 64)
    free(used)
    let piece = memory.functions.pointee.calloc(4, 16, memory.functions.pointee.mem_user_data)!
    #expect(piece == used)
    #expect(UnsafeRawBufferPointer(start: piece, count: 64).allSatisfy { $0 == 0 })
    free(piece)
    let overflow = memory.functions.pointee.calloc(
      .max, 16, memory.functions.pointee.mem_user_data)
    #expect(overflow == nil)
  }

  @Test("keeps the bytes of a piece that grows, within its size and beyond it")
  func growth() {
    let functions = memory.functions.pointee
    var piece = functions.realloc(nil, 20, functions.mem_user_data)!
    piece.storeBytes(of: 0x1234_5678, as: UInt32.self)
    let same = functions.realloc(piece, 32, functions.mem_user_data)!
    #expect(same == piece)
    for size in [33, 1_024, 5_000, 60_000] {
      piece = functions.realloc(piece, size, functions.mem_user_data)!
      #expect(piece.load(as: UInt32.self) == 0x1234_5678)
    }
    free(piece)
    free(nil)
  }

  @Test("keeps no more than its bound, and large pieces not at all")
  func bound() {
    free(allocate(FrameMemory.largestPooled + 1))
    #expect(memory.keptBytes == 0)
    let pieces = (0..<3_000).map { _ in allocate(1_024) }
    for piece in pieces { free(piece) }
    #expect(memory.keptBytes == FrameMemory.maximumKeptBytes)
  }
}
