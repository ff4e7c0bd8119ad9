import Foundation
import Host
import TestSupport
import Testing

/// Data sets are found by name, or the user hears what was looked for and what is there.
@Suite struct DataFoldersTests {
  static func withFolder(_ files: [String], _ body: (DataFolders) throws -> Void) throws {
    try Repository.withTemporaryFolder { folder in
      for file in files { try Data().write(to: folder.appendingPathComponent(file)) }
      try body(DataFolders(folder.path, executable: "/nowhere/bin/brhost"))
    }
  }

  @Test func aLongTailedSetIsTestedOnTheBalancedOne() throws {
    let files = [
      "a-lt_train.npz", "a_test.npz", "b-lt_train.npz", "b-lt_test.npz", "b_test.npz", "c_train.npz",
    ]
    try Self.withFolder(files) { folders in
      #expect(folders.names == ["a-lt", "b-lt", "c"])
      let found = [
        try folders.trainingFile(of: "a-lt"), try folders.testFile(of: "a-lt"),
        try folders.testFile(of: "b-lt"),
      ]
      let expected = ["a-lt_train.npz", "a_test.npz", "b-lt_test.npz"].map { "\(folders.folder)/\($0)" }
      #expect(found == expected)
      let error = #expect(throws: DataError.self) { try folders.testFile(of: "c") }
      #expect(
        error?.problem.contains("no test set of 'c': looked for '\(folders.folder)/c_test.npz'") == true)
    }
  }

  @Test func aMissingSetSuggestsTheNearestAndListsTheOthers() throws {
    try Self.withFolder(["cifar10-lt_train.npz", "cifar100-lt_train.npz"]) { folders in
      let error = #expect(throws: DataError.self) { try folders.trainingFile(of: "cifar10_lt") }
      #expect(error?.remedy.contains("did you mean 'cifar10-lt'?") == true)
      #expect(error?.remedy.contains("'cifar100-lt'") == true)
      let other = #expect(throws: DataError.self) { try folders.trainingFile(of: "imagenet") }
      #expect(other?.remedy.contains("--data-dir") == true)
    }
    try Self.withFolder([]) { folders in
      let error = #expect(throws: DataError.self) { try folders.trainingFile(of: "x") }
      #expect(error?.remedy.contains("--data-dir") == true)
    }
  }

  @Test(arguments: ["bin/brhost", "checkout/.build/triple/release/brhost"])
  func theEmbeddedSetIsFoundBesideTheExecutable(executable: String) throws {
    try Repository.withTemporaryFolder { folder in
      let data = folder.appendingPathComponent(
        executable.hasPrefix("bin") ? "share/brhost/data" : "checkout/data")
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
      for name in ["digits-lt_train.npz", "digits_test.npz", "other_train.npz"] {
        try Data().write(to: data.appendingPathComponent(name))
      }
      let folders = DataFolders("/nowhere", executable: folder.appendingPathComponent(executable).path)
      #expect(folders.names == ["digits-lt"])
      #expect(try folders.trainingFile(of: "digits-lt").hasSuffix("data/digits-lt_train.npz"))
      #expect(try folders.testFile(of: "digits-lt").hasSuffix("data/digits_test.npz"))
      #expect(throws: DataError.self) { try folders.trainingFile(of: "other") }
    }
  }

  @Test func onlyReadableRegularFilesAreRead() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.path
      #expect(throws: FileError.missing(path: path + "/a")) { try readFile(at: path + "/a") }
      #expect(throws: FileError.missing(path: path + "/a/b")) { try readFile(at: path + "/a/b") }
      #expect(throws: FileError.notAFile(path: path, found: "a folder")) { try readFile(at: path) }
      #expect(throws: FileError.notAFile(path: "/dev/zero", found: "a device")) {
        try readFile(at: "/dev/zero")
      }
      let mkfifo = try run(URL(fileURLWithPath: "/usr/bin/mkfifo"), [path + "/pipe"])
      try #require(mkfifo.status == 0)
      #expect(throws: FileError.notAFile(path: path + "/pipe", found: "a pipe")) {
        try readFile(at: path + "/pipe")
      }
      try Data([1, 2, 3]).write(to: folder.appendingPathComponent("file"))
      #expect(try readFile(at: path + "/file") == [1, 2, 3])
      #expect(try readFile(at: path + "/file", limit: 3) == [1, 2, 3])
      #expect(throws: FileError.tooLong(path: path + "/file", bytes: 3, limit: 2)) {
        try readFile(at: path + "/file", limit: 2)
      }
      #expect(throws: FileError.missing(path: path + "/file\0")) { try readFile(at: path + "/file\0") }
    }
  }
}
