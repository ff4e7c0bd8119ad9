import Foundation
import Host
import TestSupport
import Testing

/// The embedded and the real data sets are what their documentation says.
@Suite struct DataReportTests {
  static func load(_ name: String, from folder: URL) throws -> (training: ImageDataset, test: ImageDataset) {
    let folders = DataFolders(folder.path)
    let training = try ImageDataset(path: folders.trainingFile(of: name), digest: { "\($0.count) bytes" })
    return (training, try ImageDataset(path: folders.testFile(of: name), testing: training))
  }

  @Test func theEmbeddedSetIsLongTailed() throws {
    let (training, test) = try Self.load("digits-lt", from: Repository.root.appendingPathComponent("data"))
    #expect(training.classCounts == [120, 86, 62, 44, 32, 23, 16, 12, 8, 6])
    #expect(test.classCounts == [Int](repeating: 50, count: 10))
    #expect(training.imbalanceFactor == 20)
    #expect((training.height, training.width, training.channels) == (8, 8, 1))
    #expect(training.values == 0...255)
    #expect(Augmentation.suiting(training) == .none)
  }

  @Test func theReportSaysWhatWasFound() throws {
    let (training, test) = try Self.load("digits-lt", from: Repository.root.appendingPathComponent("data"))
    let report = DataReport(name: "digits-lt", training: training, test: test)
    for expected in [
      "digits-lt: 10 classes, 8 × 8 pixels, 1 channel", "409 images",
      "[N, H, W, C] u1, values 0.0 to 255.0 (bytes)",
      "imbalance 20.0 = 120 / 6 images",
      "    0       120      50  many    ████████████████████████████████████████",
      "    9         6      50  few     ██",
      "1 many, 5 medium, 4 few: classes of more than 100, 20 to 100, fewer than 20", " bytes",
    ] { #expect(report.text.contains(expected), "\(expected)") }
    let json = try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any]
    #expect(json?["imbalance_factor"] as? Double == 20)
    #expect((json?["classes"] as? [[String: Any]])?.count == 10)
    #expect((json?["training"] as? [String: Any])?["layout"] as? String == "[N, H, W, C]")
  }

  @Test func theContactSheetIsAPictureOfEachClass() throws {
    let (training, _) = try Self.load("digits-lt", from: Repository.root.appendingPathComponent("data"))
    let sheet = ContactSheet(of: training, columns: 7)
    #expect((sheet.height, sheet.width) == (342, 240))
    // The last class has six images, hence paper in the seventh column.
    #expect(sheet.pixels[((9 * 34 + 10) * sheet.width + 6 * 34 + 10) * 3] == 255)
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("sheet.png").path
      try ContactSheet.write(training, to: path)
      let bytes = try readFile(at: path)
      #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
      let error = #expect(throws: FileError.self) {
        try ContactSheet.write(training, to: path + "/no/sheet.png")
      }
      #expect(error?.status == .failedRun)
    }
  }

  @Test(.enabled(if: Repository.images("cifar10-lt_train.npz") != nil, "the real images are absent"))
  func theOriginalLayoutHoldsTheSameImages() throws {
    let folder = try #require(Repository.images("cifar10-lt_train.npz")).deletingLastPathComponent()
    let (training, test) = try Self.load("cifar10-lt", from: folder)
    #expect(training.classCounts == [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50])
    #expect(test.classCounts == [Int](repeating: 500, count: 10))
    #expect(Augmentation.suiting(training) == .cropFlip)
    let sample = try ImageDataset(path: DataFolders(folder.path).trainingFile(of: "seed-layout-sample"))
    #expect(sample.layout == .framed && sample.convention == .centred && sample.dtype == .float32)
    let normalizer = PixelNormalizer(.half, training: training)
    let batches = [training, sample].map {
      BatchLoader.evaluating($0, batchSize: 384, normalizer: normalizer).next()
    }
    let images = batches.map { $0?.images.array() ?? [] }
    #expect(images[0].count == 384 * 3072)
    #expect(zip(images[0], images[1]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(batches[0]?.targets.array() == batches[1]?.targets.array())
  }
}
