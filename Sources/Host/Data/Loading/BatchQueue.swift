internal import Foundation

/// A bounded queue of batches that worker threads fill and one consumer takes in order.
///
/// Batches are slots used in turn: batch b lives in slot b mod slots, and is filled again only after the
/// consumer has asked for the one after it. A batch that no worker has begun is filled by the consumer itself,
/// so nothing waits for a thread that does not run, and no workers at all is not a special case.
// All variables are guarded by `condition`; a slot belongs to whoever fills or consumes it.
final class BatchQueue: @unchecked Sendable {
  private let filler: BatchFiller
  private let slots: [Batch]
  private let batchSize: Int
  private let condition = NSCondition()

  private var ids: [Int] = []
  private var epoch = 0
  private var batchCount = 0
  /// The next batch that nobody has begun to fill.
  private var next = 0
  /// The number of batches that the consumer has received, and of those that it no longer uses.
  private var delivered = 0
  private var released = 0
  /// The batch that each slot holds completely, or -1.
  private var ready: [Int]
  /// The number of batches being filled by workers.
  private var busy = 0
  private var isStopped = false

  /// The batches that are held at once.
  static func slots(workers: Int) -> Int { workers == 0 ? 1 : workers + 2 }

  init(filler: BatchFiller, batchSize: Int, imageSize: Int, workers: Int) {
    self.filler = filler
    self.batchSize = batchSize
    slots = (0..<Self.slots(workers: workers)).map { _ in
      Batch(capacity: batchSize, imageSize: imageSize)
    }
    ready = slots.map { _ in -1 }
    for _ in 0..<workers { Thread.detachNewThread { self.work() } }
  }

  /// Drops what is left of the epoch before and begins another at batch `first`.
  func start(ids: [Int], epoch: Int, first: Int) {
    condition.lock()
    defer { condition.unlock() }
    next = batchCount
    while busy > 0 { condition.wait() }
    self.ids = ids
    self.epoch = epoch
    batchCount = (ids.count + batchSize - 1) / batchSize
    (next, delivered, released) = (first, first, first)
    for slot in ready.indices { ready[slot] = -1 }
    condition.broadcast()
  }

  /// The next batch, or nil at the end of the epoch; the one before may be overwritten from now on.
  func take() -> Batch? {
    condition.lock()
    defer { condition.unlock() }
    released = delivered
    condition.broadcast()
    guard delivered < batchCount else { return nil }
    let batch = delivered
    if next == batch { fillNext() }
    while ready[batch % slots.count] != batch { condition.wait() }
    delivered += 1
    return slots[batch % slots.count]
  }

  /// Ends the workers, each after the batch that it is filling.
  func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    condition.unlock()
  }

  private func work() {
    condition.lock()
    while !isStopped {
      if next < batchCount && next - released < slots.count {
        fillNext()
      } else {
        condition.wait()
      }
    }
    condition.unlock()
  }

  /// Fills the next batch; the lock is held on entry and on return, but not meanwhile.
  private func fillNext() {
    let (batch, epoch) = (next, epoch)
    let samples = ids[batch * batchSize..<min((batch + 1) * batchSize, ids.count)]
    let slot = batch % slots.count
    next += 1
    busy += 1
    condition.unlock()
    filler.fill(slots[slot], with: samples, epoch: epoch)
    condition.lock()
    busy -= 1
    ready[slot] = batch
    condition.broadcast()
  }
}
