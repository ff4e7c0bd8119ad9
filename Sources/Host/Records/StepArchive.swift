internal import Glibc

/// The folder of `--record`: what the run was, and every step's inputs and outputs under their registry names, a
/// file a step. `Trace` reads it.
public struct StepArchive: Sendable {
  /// Where the folder is.
  public let path: String
  private let header: TraceHeader

  /// How many batches whose numbers were not finite are kept of a run.
  static let keptBatches = 3

  /// An archive at `path`, which the first step creates; refuses a folder that already holds steps, and one that
  /// cannot be written to. Leaves no trace.
  ///
  /// - Parameter isContinued: whether the steps that it holds may be this run's, which goes on or starts again.
  public init(at path: String, header: TraceHeader, isContinued: Bool = false) throws(FileError) {
    self.path = path
    self.header = header
    try checkCreatable(path)
    if isContinued { return }
    let found: [String]
    do { found = try fileNames(in: path) } catch {
      if case .refused(_, _, ENOENT) = error { return }
      throw error
    }
    if let step = found.first(where: { $0.hasPrefix("step-") && $0.hasSuffix(".npz") }) {
      throw .runExists(folder: path, run: "recorded steps, such as \(step)", option: "--record")
    }
  }

  /// Writes `step-000000.npz`, steps counted from 0: the place in the run, and the tensors, no two of one name. The
  /// first one written comes after `trace.json`.
  public func record(_ context: StepContext, _ tensors: [NamedTensor]) throws(FileError) {
    _ = try createFolders(to: path)
    let headerPath = Self.headerPath(in: path)
    if context.step == header.firstStep || (try? kind(of: headerPath)) != .file {
      try AtomicFile.write(Array(header.json.pretty.utf8), to: headerPath)
    }
    try NumPyWriter.write(
      context.named + tensors, to: Self.stepPath(context.step, in: path), durable: false)
  }

  /// The file that says what the run was.
  static func headerPath(in folder: String) -> String { "\(folder)/trace.json" }
  /// The file of one step.
  static func stepPath(_ step: Int, in folder: String) -> String {
    "\(folder)/step-\(zeroPadded(step, 6)).npz"
  }
}

extension StepContext {
  /// The place in the run as single numbers of these names; the batch is in the other tensors' shapes.
  fileprivate var named: [NamedTensor] {
    [
      NamedTensor(name: "epoch", shape: [], integers: [Int64(epoch)]),
      NamedTensor(name: "step", shape: [], integers: [Int64(step)]),
      NamedTensor(name: "progress", shape: [], doubles: [progress]),
      NamedTensor(name: "learning_rate", shape: [], doubles: [learningRate]),
    ]
  }
}
