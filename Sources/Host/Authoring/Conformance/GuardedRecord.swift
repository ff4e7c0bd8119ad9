internal import Glibc

/// How long a struct of the ABI is that a plugin is shown.
enum RecordLength: Equatable {
  /// As this host knows it.
  case whole
  /// As of an older host: it ends before the field at this offset.
  case cut(before: Int)
  /// As of a newer host: fields follow that the plugin cannot know, all bytes 0xFF.
  case extended
}

/// A struct of the ABI whose end is the end of what may be read: a plugin that reads on crashes.
@safe
final class GuardedRecord<Record: BitwiseCopyable> {
  /// The record as a plugin takes it.
  let pointer: UnsafePointer<Record>
  private let pages: UnsafeMutableRawPointer
  private let mapped: Int

  /// Copies `record`, whose first field is its size.
  init(_ record: Record, _ length: RecordLength) {
    let whole = MemoryLayout<Record>.size
    let size =
      switch length {
      case .whole: whole
      case .cut(let offset): offset
      case .extended: whole + 64
      }
    let page = sysconf(Int32(_SC_PAGESIZE))
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    let pages = unsafe mmap(nil, 2 * page, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let pages = unsafe pages, unsafe pages != MAP_FAILED,
      unsafe mprotect(pages + page, page, PROT_NONE) == 0
    else { preconditionFailure("no memory for two pages") }
    let start = unsafe pages + (page - size)
    unsafe memset(start, 0xFF, size)
    unsafe withUnsafeBytes(of: record) { bytes in
      if let first = bytes.baseAddress { unsafe start.copyMemory(from: first, byteCount: min(size, whole)) }
    }
    unsafe start.storeBytes(of: UInt32(size), as: UInt32.self)
    unsafe self.pages = pages
    mapped = 2 * page
    unsafe pointer = UnsafePointer(start.assumingMemoryBound(to: Record.self))
  }

  deinit { _ = unsafe munmap(pages, mapped) }
}
