internal import Glibc
internal import Synchronization

/// One end of the stream of messages between a process and that of a plugin.
@safe
final class MessageChannel {
  let descriptor: Int32
  private var arrived: [UInt8] = []
  private var start = 0
  /// The messages sent so far.
  private(set) var sent = 0
  /// A plugin may log from threads that it should not have.
  private let sending = Mutex<Void>(())
  private let chunk: UnsafeMutableRawBufferPointer

  /// The end at `descriptor`, which is closed with this object.
  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    unsafe chunk = .allocate(byteCount: 1 << 16, alignment: 16)
  }

  deinit {
    close(descriptor)
    unsafe chunk.deallocate()
  }

  /// Makes reading and writing return at once where nothing can be read or written.
  func neverWait() { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }

  // MARK: - Reading

  /// What a try to read brought.
  enum Arrival {
    case bytes
    case nothingYet
    case end
  }

  /// Reads what is there; waits for the first byte, unless `neverWait` was called.
  func receive() -> Arrival {
    let count = unsafe read(descriptor, chunk.baseAddress, chunk.count)
    if count > 0 {
      if start > 1 << 16 || start == arrived.count {
        arrived.removeFirst(start)
        start = 0
      }
      unsafe arrived.append(contentsOf: chunk[..<count])
      return .bytes
    }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? .nothingYet : .end
  }

  /// What has arrived as it came, a bounded part of it; the rest is for the next time.
  func takeBytes() -> [UInt8] {
    for _ in 0..<16 where receive() != .bytes { break }
    defer {
      arrived.removeAll(keepingCapacity: true)
      start = 0
    }
    return Array(arrived[start...])
  }

  /// Whether nothing is waiting to be read.
  var isEmpty: Bool {
    var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&event, 1, 0) <= 0
  }

  /// The next message that has arrived whole; nil while there is none.
  ///
  /// - Throws: `ProcessEnd.nonsense` for bytes that are no message.
  func next() throws(ProcessEnd) -> PluginMessage? {
    guard let message = try PluginMessage(arrived: arrived, at: start) else { return nil }
    start += 8 + message.bytes.count
    return message
  }

  // MARK: - Writing

  /// Writes a message.
  ///
  /// - Parameter waiting: waits until more can be written; false gives up.
  /// - Returns: whether all of it was written.
  func send(_ message: PluginMessage, waiting: () -> Bool = { true }) -> Bool {
    sending.withLock { _ in
      sent += 1
      return send(message.encoded, waiting: waiting)
    }
  }

  /// Writes bytes as they are, as `send` of a message does.
  func send(_ wire: [UInt8], waiting: () -> Bool = { true }) -> Bool {
    var done = 0
    while done < wire.count {
      let written = unsafe wire.withUnsafeBytes {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: $0[done...])
        return unsafe Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      }
      if written > 0 {
        done += written
      } else if errno == EAGAIN {
        guard waiting() else { return false }
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
