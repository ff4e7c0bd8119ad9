import Foundation
import Host
import TestSupport
import Testing

/// Collections in every published form become the arrays that their own tools read from them.
@Suite struct ImportTests {
  static let sources = [
    "cifar10-bin": "cifar10", "cifar10-bin.tar": "cifar10", "cifar10-bin.tar.gz": "cifar10",
    "cifar10-py2": "cifar10", "cifar10-py3": "cifar10", "cifar10-py4": "cifar10",
    "cifar10-py.tar.gz": "cifar10",
    "cifar100-bin": "cifar100", "cifar100-bin.tar": "cifar100", "cifar100-bin.tar.gz": "cifar100",
    "cifar100-py2": "cifar100", "cifar100-py3": "cifar100", "cifar100-py4": "cifar100",
    "cifar100-py.tar.gz": "cifar100", "idx": "idx", "idx-gz": "idx", "idx-dots": "idx", "idx-emnist": "idx",
    "png": "png", "gray": "gray",
  ]

  @Test(.enabled(if: Python.interpreter != nil, "no Python readers"))
  func everyFormGivesTheArraysThatWereWritten() throws {
    try Repository.withTemporaryFolder { folder in
      let writer = try Python.run(sourceWriter, [folder.path])
      #expect(writer.status == 0, "\(writer.errors)")
      let out = folder.appendingPathComponent("out")
      for source in Self.sources.keys {
        var options = DatasetImport(of: folder.appendingPathComponent(source).path, as: source)
        options.folder = out.path
        #expect(throws: Never.self, "\(source)") { try options.run() }
      }
      let pairs = Self.sources.map { "\($0.key)=\($0.value)" }
      let reader = try Python.run(
        datasetReader, [out.path, folder.appendingPathComponent("expected").path] + pairs)
      #expect(reader.status == 0, "\(reader.errors)")
      try checkReport(folder.appendingPathComponent("cifar100-bin").path, name: "class 99")
      try checkReport(folder.appendingPathComponent("cifar100-py.tar.gz").path, name: "class 99")
      try checkReport(folder.appendingPathComponent("png").path, name: "cat")
    }
  }

  /// The last class's name and counts are in the report, and our reader takes what was written.
  private func checkReport(_ source: String, name: String) throws {
    try Repository.withTemporaryFolder { folder in
      var options = DatasetImport(of: source, as: "set")
      options.folder = folder.path + "/new/folder"
      let report = try options.run()
      let json = try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any]
      let last = (json?["classes"] as? [[String: Any]])?.last
      #expect(last?["name"] as? String == name)
      #expect(report.text.contains("\(name) "))
      let folders = DataFolders(options.folder)
      let training = try ImageDataset(
        path: folders.trainingFile(of: "set"), digest: { SHA256.digest(of: $0) })
      let test = try ImageDataset(path: folders.testFile(of: "set"), testing: training)
      #expect(training.classCounts.last == last?["training"] as? Int)
      #expect(test.classCounts.last == last?["test"] as? Int)
      #expect((json?["training"] as? [String: Any])?["content_hash"] as? String == training.contentHash)
    }
  }

  static let fashion = "/usr/share/datasets/fashion-mnist"

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: fashion), "Debian's dataset-fashion-mnist is absent"))
  func fashionMNISTIsReadAsPublished() throws {
    try Repository.withTemporaryFolder { folder in
      var options = DatasetImport(of: Self.fashion, as: "fashion")
      options.folder = folder.path
      let report = try options.run()
      #expect(report.text.contains("60000 images") && report.text.contains("10000 images"))
      let training = try ImageDataset(path: folder.path + "/fashion_train.npz")
      #expect(training.classCounts == [Int](repeating: 6000, count: 10))
      #expect((training.height, training.width, training.channels) == (28, 28, 1))
      // The mean that the literature gives for it: 0.2860.
      guard case .bytes(let pixels) = training.pixels else { throw CocoaError(.coderInvalidValue) }
      let mean = Double(pixels.reduce(0) { $0 + Int($1) }) / Double(pixels.count) / 255
      #expect(abs(mean - 0.2860) < 5e-5)
      #expect(training.labels.prefix(5) == [9, 0, 0, 3, 0])
    }
  }
}
