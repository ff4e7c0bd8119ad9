internal import CIsolation
internal import Glibc

/// Memory that two processes see, of a fixed size: a region of tensors.
///
/// A class, because buffers keep it alive.
@safe
final class SharedMemory: @unchecked Sendable {
  /// The descriptor that another process maps it by; -1 in the process that was given one.
  let descriptor: Int32
  /// The size in bytes.
  let count: Int
  private let base: UnsafeMutableRawPointer

  /// New memory, of zeros.
  ///
  /// - Parameter isReadOnlyElsewhere: whether nobody but this process may write it.
  init(count: Int, isReadOnlyElsewhere: Bool) throws(PluginError) {
    let size = max(count, 1)
    let descriptor = ci_make_memory(size)
    guard descriptor >= 0 else {
      throw .cannotIsolate(step: "shared memory", reason: reason(ofError: -descriptor))
    }
    guard let base = unsafe ci_map(descriptor, size, 1) else {
      let error = errno
      close(descriptor)
      throw .cannotIsolate(step: "mapping \(size) bytes", reason: reason(ofError: error))
    }
    if isReadOnlyElsewhere {
      let error = ci_seal_against_writing(descriptor)
      guard error == 0 else {
        unsafe munmap(base, size)
        close(descriptor)
        throw .cannotIsolate(step: "sealing memory", reason: reason(ofError: error))
      }
    }
    self.count = size
    self.descriptor = descriptor
    unsafe self.base = base
  }

  /// The memory of another process, by the descriptor that this one was started with; nil where it can't be mapped.
  init?(mapping descriptor: Int32, count: Int, isWritable: Bool) {
    let size = max(count, 1)
    guard let base = unsafe ci_map(descriptor, size, isWritable ? 1 : 0) else { return nil }
    self.count = size
    self.descriptor = -1
    unsafe self.base = base
  }

  deinit {
    unsafe munmap(base, count)
    if descriptor >= 0 { close(descriptor) }
  }

  /// The address of a tensor that begins at `offset` and takes `bytes`.
  func address(offset: Int, bytes: Int) -> UnsafeMutableRawPointer {
    precondition(
      offset >= 0 && bytes >= 0 && offset + bytes <= count, "\(bytes) bytes at \(offset) of \(count)")
    return unsafe base + offset
  }
}

/// Whether the processes of plugins can be locked down on this machine.
func kernelCanLockDown() -> Bool { ci_can_lock_down() != 0 }
