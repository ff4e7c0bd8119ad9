import Foundation
import Host

/// A small trace that is made up, whole until a test damages it.
struct MadeTrace {
  let classes: Int
  let steps: Int
  let batch: Int
  /// Whether the recorded weights are all equal, and the losses too.
  let isConstant: Bool

  init(classes: Int = 3, steps: Int = 4, batch: Int = 6, isConstant: Bool = false) {
    (self.classes, self.steps, self.batch, self.isConstant) = (classes, steps, batch, isConstant)
  }

  var header: TraceHeader {
    TraceHeader(
      version: "0.0.0", dataset: "made <up> & \"small\"",
      strategy: .init(id: "other", version: "2", parameters: [.init("gamma", 0.5)]), objective: nil,
      gradientSource: "layer", deferUntil: 0,
      setup: StrategySetup(
        sizes: TensorSizes(batch: batch, classes: classes, features: 2, gradientLength: 3 * classes),
        trainingSamples: 1000, classCounts: (0..<classes).map { Int64($0 == 0 ? 200 : 50 / $0 + 1) },
        seed: .max))
  }

  /// The tensors of a step.
  func tensors(_ step: Int) -> [NamedTensor] {
    let places = Array(0..<batch)
    let logits = (0..<batch * classes).map { Float(($0 * 7 + step) % 5) }
    let cosines = (0..<batch * batch).map { index -> Float in
      index / batch == index % batch ? 1 : Float(index % 5) / 5
    }
    return [
      NamedTensor(
        name: "loss", shape: [batch], floats: places.map { isConstant ? 1 : Float(($0 * 3 + step) % 7) }),
      NamedTensor(name: "logits", shape: [batch, classes], floats: logits),
      NamedTensor(name: "target", shape: [batch], integers: places.map { Int64(($0 + step) % classes) }),
      NamedTensor(name: "sample_id", shape: [batch], integers: places.map { Int64($0 + step) }),
      NamedTensor(name: "cosine", shape: [batch, batch], floats: cosines),
      NamedTensor(
        name: "weight", shape: [batch], floats: places.map { isConstant ? 0.25 : Float($0 % 4) + 0.5 }),
    ]
  }

  /// Writes the trace.
  func write(to folder: URL) throws {
    let archive = try StepArchive(at: folder.path, header: header)
    for step in 0..<steps { try archive.record(context(step), tensors(step)) }
  }

  /// Writes one step again, changed.
  func rewrite(_ step: Int, in folder: URL, _ change: (inout [NamedTensor]) -> Void) throws {
    var tensors = tensors(step)
    let scalars = [
      NamedTensor(name: "epoch", shape: [], integers: [0]),
      NamedTensor(name: "step", shape: [], integers: [Int64(step)]),
      NamedTensor(name: "progress", shape: [], doubles: [0.5]),
      NamedTensor(name: "learning_rate", shape: [], doubles: [0.1]),
    ]
    tensors += scalars
    change(&tensors)
    try NumPyWriter.write(tensors, to: folder.appendingPathComponent("step-00000\(step).npz").path)
  }

  /// Replaces a text of `trace.json`, which must be there.
  static func edit(_ folder: URL, _ text: String, _ replacement: String) throws {
    let file = folder.appendingPathComponent("trace.json")
    let content = try String(contentsOf: file, encoding: .utf8)
    precondition(content.contains(text), "no '\(text)' in \(content)")
    try Data(content.replacing(text, with: replacement).utf8).write(to: file)
  }

  private func context(_ step: Int) -> StepContext {
    StepContext(
      batch: batch, epoch: step / 2, step: step, progress: Double(step) / Double(steps), learningRate: 0.1)
  }
}

extension [NamedTensor] {
  /// Replaces the tensor of the same name.
  mutating func replace(_ tensor: NamedTensor) {
    removeAll { $0.name == tensor.name }
    append(tensor)
  }
}
