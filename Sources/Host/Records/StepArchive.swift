/// The folder of `--record`: every step's inputs and outputs under their registry names, a file a step.
public struct StepArchive: Sendable {
  /// Where the folder is.
  public let path: String

  /// Creates the folder at `path`; refuses one that already holds steps.
  public init(creating path: String) throws(FileError) {
    self.path = path
    if try !createFolders(to: path).isEmpty { return }
    if let step = try fileNames(in: path).first(where: { $0.hasPrefix("step-") && $0.hasSuffix(".npz") }) {
      throw .runExists(folder: path, run: "recorded steps, such as \(step)", option: "--record")
    }
  }

  /// Writes `step-000000.npz`, `step` counted from 0; no two tensors of one name.
  public func record(step: Int, _ tensors: [NamedTensor]) throws(FileError) {
    try NumPyWriter.write(tensors, to: "\(path)/step-\(zeroPadded(step, 6)).npz", durable: false)
  }
}
