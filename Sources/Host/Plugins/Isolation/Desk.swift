internal import CIsolation

/// The place in shared memory where a step is asked for and answered.
///
/// The answer says where the step's outcome is: on the desk, or, with a text or after other messages, in the channel.
@safe
struct Desk: Sendable {
  /// The bytes that it takes.
  static let byteCount = Int(CI_DESK_BYTES)

  /// How a step ended.
  enum Answer: Int32 {
    case done
    case uniform
    case inChannel
  }

  private let memory: SharedMemory
  private nonisolated(unsafe) let desk: OpaquePointer

  /// The desk at `offset` of `memory`.
  init(in memory: SharedMemory, at offset: Int) {
    self.memory = memory
    unsafe desk = OpaquePointer(memory.address(offset: offset, bytes: Self.byteCount))
  }

  // MARK: - The parent

  /// Lays down where the next step is.
  func place(_ context: StepContext) {
    unsafe ci_place_step(
      desk,
      ci_place(
        batch: Int64(context.batch), epoch: Int64(context.epoch), step: Int64(context.step),
        progress: context.progress, learning_rate: context.learningRate))
  }

  /// The answer, if it comes about as soon as a sleeper would wake; else nil, and it will come through the channel.
  /// Looking longer would take time from the plugin where cores are few.
  func answerSoon() -> Answer? {
    var answer: Int32 = 0
    guard unsafe ci_await_answer(desk, 30_000, &answer) != 0 else { return nil }
    return Answer(rawValue: answer) ?? .inChannel
  }

  /// Asks the plugin to return soon.
  func cancel() { unsafe ci_cancel(desk) }

  // MARK: - The child

  /// Where the step is.
  var context: StepContext {
    let place = unsafe ci_read_place(desk)
    return StepContext(
      batch: Int(place.batch), epoch: Int(place.epoch), step: Int(place.step), progress: place.progress,
      learningRate: place.learning_rate)
  }

  /// Answers; true where the parent no longer looks here, and waits for a message.
  func answer(_ answer: Answer) -> Bool { unsafe ci_answer(desk, answer.rawValue) != 0 }

  /// Whether the parent wants the plugin to return soon.
  var isCancelled: Bool { unsafe ci_is_cancelled(desk) != 0 }
}
