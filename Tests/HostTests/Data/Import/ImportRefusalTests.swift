import Foundation
import Host
import TestSupport
import Testing

/// Sources that are not what they should be are refused with what to do, and nothing is written.
@Suite struct ImportRefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var format: ImportFormat?
    var fraction: Double?
    var name = "set"
    let says: String
    /// Makes the source in the folder, and returns its name.
    let prepare: @Sendable (URL) throws -> String

    init(
      _ name: String, says: String, format: ImportFormat? = nil, fraction: Double? = nil,
      called: String = "set",
      _ prepare: @escaping @Sendable (URL) throws -> String
    ) {
      (testDescription, self.says, self.format, self.fraction) = (name, says, format, fraction)
      (self.name, self.prepare) = (called, prepare)
    }
  }

  /// Writes files, given by their paths, and returns the folder's own name.
  static func write(_ files: [String: [UInt8]], to folder: URL) throws -> String {
    for (path, bytes) in files {
      let file = folder.appendingPathComponent("s/\(path)")
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
    return "s"
  }

  static func picture(_ height: Int, _ width: Int) -> [UInt8] {
    PNGFile.encoded([UInt8](repeating: 9, count: height * width * 3), height: height, width: width) ?? []
  }

  static let square = picture(4, 4)
  static func mnist(_ labels: [UInt8], images: Int? = nil, test: [Int] = [1, 2, 2]) -> [String: [UInt8]] {
    let count = images ?? labels.count
    return [
      "train-images-idx3-ubyte": idx(shape: [count, 2, 2], bytes: [UInt8](repeating: 1, count: 4 * count)),
      "train-labels-idx1-ubyte": idx(shape: [labels.count], bytes: labels),
      "t10k-images-idx3-ubyte": idx(shape: test, bytes: [UInt8](repeating: 1, count: test.reduce(1, *))),
      "t10k-labels-idx1-ubyte": idx(shape: [test[0]], bytes: [UInt8](repeating: 0, count: test[0])),
    ]
  }

  static let cases = [
    Case("nothing there", says: "there is no file") { _ in "none" },
    Case("a text", says: "not a collection of images that is known") { folder in
      try Data("label".utf8).write(to: folder.appendingPathComponent("a.csv"))
      return "a.csv"
    },
    Case("a gzipped text", says: "not a collection of images that is known") { folder in
      try Data(gzipped(Array("label".utf8))).write(to: folder.appendingPathComponent("a.gz"))
      return "a.gz"
    },
    Case("a pipe", says: "is a pipe") { folder in
      _ = try run(URL(fileURLWithPath: "/usr/bin/mkfifo"), [folder.path + "/p"])
      return "p"
    },
    Case("a pipe among the files", says: "is a pipe") { folder in
      _ = try write(mnist([0, 1]), to: folder)
      let file = folder.path + "/s/t10k-labels-idx1-ubyte"
      try FileManager.default.removeItem(atPath: file)
      _ = try run(URL(fileURLWithPath: "/usr/bin/mkfifo"), [file])
      return "s"
    },
    Case("an empty folder", says: "not a collection of images that is known") { folder in
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("s"), withIntermediateDirectories: true)
      return "s"
    },
    Case("a missing batch", says: "lacks 'data_batch_2.bin', 'data_batch_3.bin', 'data_batch_4.bin'") {
      folder in
      try write(
        ["data_batch_1.bin": [], "data_batch_5.bin": [], "test_batch.bin": []], to: folder)
    },
    Case("two collections", says: "as cifar100-binary or as idx") { folder in
      try write(mnist([0, 1]).merging(["train.bin": []]) { $1 }, to: folder)
    },
    Case("one of two collections, named", says: "lacks 'test.bin'", format: .cifar100Binary) { folder in
      try write(mnist([0, 1]).merging(["train.bin": []]) { $1 }, to: folder)
    },
    Case("two sets of IDX files", says: "more than one '…train-labels-idx1-ubyte'") { folder in
      try write(mnist([0, 1]).merging(["a-train-labels-idx1-ubyte": []]) { $1 }, to: folder)
    },
    Case("two files of one name in an archive", says: "more than one 'test.bin'") { folder in
      let archive = tar([
        TestMember("a/test.bin", []), TestMember("b/test.bin", []), TestMember("train.bin", []),
      ])
      try Data(archive).write(to: folder.appendingPathComponent("a.tar"))
      return "a.tar"
    },
    Case("fewer labels than images", says: "a label for each of 3 images, found 2") { folder in
      try write(mnist([0, 1], images: 3), to: folder)
    },
    Case("a class without images", says: "no training image of class 1, though there are 3") { folder in
      try write(mnist([0, 2]), to: folder)
    },
    Case("test images of another size", says: "expected an image of 2 × 2 × 1 pixels") { folder in
      try write(mnist([0, 1], test: [1, 2, 3]), to: folder)
    },
    Case("no test images", says: "has no test images") { folder in
      try write(["a/1.png": square, "b/1.png": square], to: folder)
    },
    Case("too few images to put one aside", says: "has no test images", fraction: 0.5) { folder in
      try write(["a/1.png": square, "b/1.png": square], to: folder)
    },
    Case("a fraction where there is a test set", says: "--test-fraction", fraction: 0.5) { folder in
      try write(["train/a/1.png": square, "test/a/1.png": square], to: folder)
    },
    Case("a fraction of what is divided", says: "--test-fraction", fraction: 0.5) { folder in
      try write(mnist([0, 1]), to: folder)
    },
    Case("images of two sizes", says: "expected an image of 4 × 4 pixels like the first one, found 4 × 5") {
      folder in
      try write(
        ["train/a/1.png": square, "train/a/2.png": picture(4, 5), "test/a/1.png": square], to: folder)
    },
    Case("a class that only the test has", says: "class 'b' has test images but no training images") {
      folder in
      try write(["train/a/1.png": square, "test/b/1.png": square], to: folder)
    },
    Case("a class without images in it", says: "holds no image") { folder in
      try write(["train/a/1.png": square, "train/b/.keep": [], "test/a/1.png": square], to: folder)
    },
    Case("a JPEG file", says: "expected a PNG image, found a file that begins with bytes [255, 216") {
      folder in
      try write(["train/a/1.jpg": [0xFF, 0xD8, 0xFF, 0xE0], "test/a/1.png": square], to: folder)
    },
    Case("half a picture", says: "expected a whole PNG image") { folder in
      try write(["train/a/1.png": Array(square.prefix(50)), "test/a/1.png": square], to: folder)
    },
    Case("a folder among the images", says: "a folder") { folder in
      try write(["train/a/1.png": square, "train/a/b/1.png": square, "test/a/1.png": square], to: folder)
    },
    Case("a name that leads elsewhere", says: "no name for a data set", called: "../set") { folder in
      try write(mnist([0, 1]), to: folder)
    },
  ]

  @Test(arguments: cases) func badSourcesAreRefusedAndLeaveNothing(_ c: Case) throws {
    try Repository.withTemporaryFolder { folder in
      var options = DatasetImport(of: folder.appendingPathComponent(try c.prepare(folder)).path, as: c.name)
      options.folder = folder.path + "/out"
      (options.format, options.testFraction) = (c.format, c.fraction)
      var problem = ""
      do { _ = try options.run() } catch let failure as any Failure {
        problem = failure.problem
        #expect(failure.remedy.hasSuffix(".") && failure.status != .done)
      }
      #expect(problem.contains(c.says), "\(problem)")
      #expect(!FileManager.default.fileExists(atPath: options.folder))
    }
  }

  @Test func aDataSetIsNotWrittenOverAnother() throws {
    try Repository.withTemporaryFolder { folder in
      _ = try Self.write(Self.mnist([0, 1]), to: folder)
      var options = DatasetImport(of: folder.path + "/s", as: "set")
      options.folder = folder.path
      _ = try options.run()
      let before = try Data(contentsOf: folder.appendingPathComponent("set_test.npz"))
      #expect(throws: NewDatasetError.exists(path: folder.path + "/set_train.npz")) { try options.run() }
      try FileManager.default.removeItem(atPath: folder.path + "/set_train.npz")
      #expect(throws: NewDatasetError.exists(path: folder.path + "/set_test.npz")) { try options.run() }
      #expect(try Data(contentsOf: folder.appendingPathComponent("set_test.npz")) == before)
    }
  }

  /// The folder of the output is a file: nothing can be written, and no half of a data set stays.
  @Test func whatCannotBeWrittenLeavesNothing() throws {
    try Repository.withTemporaryFolder { folder in
      _ = try Self.write(Self.mnist([0, 1]), to: folder)
      try Data().write(to: folder.appendingPathComponent("file"))
      var options = DatasetImport(of: folder.path + "/s", as: "set")
      options.folder = folder.path + "/file/below"
      #expect(throws: (any Error).self) { try options.run() }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["file", "s"])
    }
  }

  /// The same seed puts the same images aside, the share of each class that was asked for.
  @Test func aFractionOfEachClassIsPutAside() throws {
    try Repository.withTemporaryFolder { folder in
      var files: [String: [UInt8]] = [:]
      for (name, count) in [("a", 10), ("b", 5)] {
        for index in 0..<count {
          let pixels = [UInt8](repeating: UInt8(20 * index + count), count: 3)
          files["\(name)/\(index).png"] = PNGFile.encoded(pixels, height: 1, width: 1) ?? []
        }
      }
      _ = try Self.write(files, to: folder)
      var hashes: [String] = []
      for seed in [1, 1, 2] as [UInt64] {
        var options = DatasetImport(of: folder.path + "/s", as: "set-\(hashes.count)")
        (options.folder, options.testFraction, options.seed) = (folder.path, 0.4, seed)
        _ = try options.run()
        let training = try ImageDataset(path: folder.path + "/set-\(hashes.count)_train.npz")
        let path = folder.path + "/set-\(hashes.count)_test.npz"
        let test = try ImageDataset(path: path, testing: training) { SHA256.digest(of: $0) }
        #expect(training.classCounts == [6, 3] && test.classCounts == [4, 2])
        #expect(Duplicates(training: training, test: test).acrossSets == [])
        hashes.append(test.contentHash ?? "")
      }
      #expect(hashes[0] == hashes[1] && hashes[0] != hashes[2])
    }
  }
}
