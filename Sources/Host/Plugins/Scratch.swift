internal import Glibc

/// Memory that a plugin borrows for one call: aligned to 64 bytes, bounded, kept for the next call.
@safe
struct Scratch: ~Copyable {
  private static let alignment = 64
  private let limit: Int
  private var pieces: [Piece] = []
  private var used = 0  // bytes handed out of the last piece
  private var total = 0  // bytes handed out since the last reset

  @safe
  private struct Piece {
    let base: UnsafeMutableRawPointer
    let size: Int
  }

  init(limit: Int) { self.limit = limit }

  deinit { for piece in pieces { unsafe free(piece.base) } }

  /// `count` bytes, uninitialised; nil beyond the limit and when memory is short.
  mutating func take(_ count: UInt64) -> UnsafeMutableRawPointer? {
    guard count <= UInt64(limit) else { return nil }
    let size = max(Self.alignment, (Int(count) + Self.alignment - 1) & ~(Self.alignment - 1))
    guard size <= limit - total else { return nil }
    if let piece = pieces.last, size <= piece.size - used {
      defer { (used, total) = (used + size, total + size) }
      return unsafe piece.base + used
    }
    guard let piece = Self.piece(max(size, 4096)) else { return nil }
    pieces.append(piece)
    (used, total) = (size, total + size)
    return unsafe piece.base
  }

  /// Takes everything back; what one call needed is there in one piece for the next.
  mutating func reset() {
    if pieces.count > 1 {
      let whole = pieces.reduce(0) { $0 + $1.size }
      for piece in pieces { unsafe free(piece.base) }
      pieces = Self.piece(whole).map { [$0] } ?? []
    }
    (used, total) = (0, 0)
  }

  private static func piece(_ size: Int) -> Piece? {
    var base: UnsafeMutableRawPointer?
    guard unsafe posix_memalign(&base, alignment, size) == 0, let base = unsafe base else { return nil }
    return unsafe Piece(base: base, size: size)
  }
}
