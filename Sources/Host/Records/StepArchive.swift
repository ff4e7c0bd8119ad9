internal import Glibc

/// The folder of `--record`: every step's inputs and outputs under their registry names, a file a step.
public struct StepArchive: Sendable {
  /// Where the folder is.
  public let path: String

  /// An archive at `path`, which the first step creates; refuses a folder that already holds steps, and one that
  /// cannot be written to. Leaves no trace.
  public init(at path: String) throws(FileError) {
    self.path = path
    try checkCreatable(path)
    let found: [String]
    do { found = try fileNames(in: path) } catch {
      if case .refused(_, _, ENOENT) = error { return }
      throw error
    }
    if let step = found.first(where: { $0.hasPrefix("step-") && $0.hasSuffix(".npz") }) {
      throw .runExists(folder: path, run: "recorded steps, such as \(step)", option: "--record")
    }
  }

  /// Writes `step-000000.npz`, `step` counted from 0; no two tensors of one name.
  public func record(step: Int, _ tensors: [NamedTensor]) throws(FileError) {
    _ = try createFolders(to: path)
    try NumPyWriter.write(tensors, to: "\(path)/step-\(zeroPadded(step, 6)).npz", durable: false)
  }
}
