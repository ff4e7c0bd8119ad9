internal import CIsolation
internal import Foundation
internal import Models
internal import Synchronization

/// The process of a plugin, seen from within: does what its parent asks until the parent hangs up.
///
/// The program runs it when its first argument is `Isolation.argument`.
public enum PluginServer {
  /// Serves; false where no parent has started this process to do so.
  public static func serve() -> Bool {
    guard ci_is_child() != 0 else { return false }
    ci_settle()
    let channel = MessageChannel(CI_CHANNEL)
    var server = Server(channel)
    while true {
      guard let message = try? channel.next() else {
        if channel.receive() == .end { return true }  // a signal of the plugin's may only have interrupted it
        continue
      }
      guard server.respond(to: message) else { return true }
    }
  }
}

private struct Server: ~Copyable {
  private let channel: MessageChannel
  private var strategy: LocalStrategy?
  private var tensors: StepTensors?
  private var outputs: [StrategyOutput] = []
  private var desk: Desk?

  init(_ channel: MessageChannel) { self.channel = channel }

  /// Does what is asked and answers; false where the parent has gone.
  mutating func respond(to request: PluginMessage) -> Bool {
    let before = channel.sent
    let answer = answer(request)
    guard request.kind == .step, let desk else { return channel.send(answer) }
    guard channel.sent == before, let outcome = answer.outcome else {
      let isSent = channel.send(answer)
      _ = desk.answer(.inChannel)
      return isSent
    }
    return desk.answer(outcome) ? channel.send(answer) : true
  }

  mutating func answer(_ request: PluginMessage) -> PluginMessage {
    do throws(PluginError) { return try perform(request) } catch {
      if case .failed(_, _, let code, let text) = error {
        return PluginMessage(.done, Int64(code), text ?? "")
      }
      return PluginMessage(.refusal, error.refusal)
    }
  }

  private mutating func perform(_ request: PluginMessage) throws(PluginError) -> PluginMessage {
    let done = PluginMessage(.done, 0, "")
    switch request.kind {
    case .read:
      guard let json = request.json, let path = json["path"]?.string else { break }
      try prepare(timeout: json["timeout"]?.double, isLockedDown: json["locked_down"]?.bool)
      return PluginMessage(.manifest, try PluginLibrary.manifestBytes(of: path))
    case .create:
      guard let assignment = request.json.flatMap({ PluginAssignment($0) }) else { break }
      try create(assignment)
      return done
    case .step:
      guard let strategy, let tensors, let context = desk?.context else { break }
      var sizes = tensors.sizes
      sizes.batch = context.batch
      OutputCheck.mark(outputs, tensors, sizes)
      let isUniform = try strategy.step(context, tensors, sizes)
      return PluginMessage(.done, isUniform ? PluginError.uniform : 0, "")
    case .save:
      guard let strategy else { break }
      let state = SafeTensors(tensors: try strategy.saveState()).encoded
      guard state.count <= PluginMessage.Kind.state.limit else {
        throw .badState(strategy: "the plugin", reason: "\(state.count) bytes; isolated, at most 1 GiB")
      }
      return PluginMessage(.state, state)
    case .load:
      guard let strategy, let state = try? SafeTensors(parsing: request.bytes, path: "state") else { break }
      try strategy.loadState(state.tensors)
      return done
    case .destroy:
      strategy?.finish()
      return done
    default: break
    }
    throw .cannotIsolate(step: "a request of kind \(request.kind)", reason: "it was not understood")
  }

  private mutating func create(_ assignment: PluginAssignment) throws(PluginError) {
    try prepare(timeout: assignment.timeout, isLockedDown: assignment.isLockedDown)
    let sizes = assignment.setup.sizes
    let region = TensorRegion(outputs: sizes).count
    guard
      let inputMemory = SharedMemory(
        mapping: CI_INPUTS, count: TensorRegion(inputs: assignment.inputs, sizes).count, isWritable: false),
      let outputMemory = SharedMemory(
        mapping: CI_OUTPUTS, count: region + Desk.byteCount, isWritable: true)
    else {
      throw .cannotIsolate(step: "mapping shared memory", reason: reason(ofError: SystemError.last.code))
    }
    let tensors = StepTensors(
      inputs: assignment.inputs, sizes: sizes, in: inputMemory, outputsIn: outputMemory)
    let desk = Desk(in: outputMemory, at: region)
    let channel = channel
    let pool = LazyPool(threads: assignment.threads)
    let services = StrategyServices(
      parallelFor: { count, body in pool.run(count, body) }, multiply: StrategyServices.multiplyByBLAS,
      isCancelled: { desk.isCancelled },
      log: { level, text in _ = channel.send(PluginMessage(.log, Int64(level.rawValue), text)) },
      metric: { name, value in
        _ = channel.send(PluginMessage(.metric, Int64(bitPattern: value.bitPattern), name))
      })
    let located = try PluginCatalog(folders: []).find("\(assignment.path):\(assignment.strategy)")
    outputs = located.manifest.outputs
    let values = try located.manifest.values(assignment.settings)
    strategy = try LocalStrategy(
      located.manifest, located.functions(), values, assignment.setup, services)
    self.tensors = tensors
    self.desk = desk
  }

  /// Arranges for the end of the parent, and gives up rights, before any code of a plugin runs.
  private func prepare(timeout: Double?, isLockedDown: Bool?) throws(PluginError) {
    var error = ci_end_with_parent((timeout ?? Isolation.defaultTimeout) + 1)
    if error != 0 { throw .cannotIsolate(step: "a thread of its own", reason: reason(ofError: error)) }
    guard isLockedDown == true else { return }
    error = ci_lock_down()
    if error != 0 { throw .cannotLockDown(reason: reason(ofError: error)) }
  }
}

extension PluginMessage {
  /// How a step ended, where a word says it.
  fileprivate var outcome: Desk.Answer? {
    guard kind == .done, let (number, text) = numberAndText, text.isEmpty else { return nil }
    return number == 0 ? .done : number == PluginError.uniform ? .uniform : nil
  }
}

/// Threads for `parallel_for`, started when a plugin first asks for them.
private final class LazyPool {
  private let threads: Int
  private var pool: ThreadPool?

  init(threads: Int) { self.threads = threads }

  func run(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    if pool == nil { pool = try? ThreadPool(threads: threads) }
    if let pool { pool.parallelRanges(count, body) } else { body(0..<count) }
  }
}
