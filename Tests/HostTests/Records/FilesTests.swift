import Foundation
import Host
import TestSupport
import Testing

/// Files are there whole or not at all, and every refusal names the file, the reason and the remedy.
@Suite struct FilesTests {
  @Test func anAtomicWriteReplacesTheFile() throws {
    try Repository.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a")
      for text in ["first, longer", "second"] {
        try AtomicFile.write(Array(text.utf8), to: file.path)
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
    }
  }

  @Test func aFailedAtomicWriteLeavesNoTemporaryFile() throws {
    try Repository.withTemporaryFolder { folder in
      let target = folder.appendingPathComponent("folder")
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: false)
      let error = #expect(throws: FileError.self) { try AtomicFile.write([1], to: target.path) }
      #expect(error == .refused(.rename, path: target.path, code: EISDIR))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["folder"])
    }
  }

  @Test func aPipeIsNotReplacedByAFile() throws {
    try Repository.withTemporaryFolder { folder in
      let pipe = folder.appendingPathComponent("pipe").path
      try #require(try run(URL(fileURLWithPath: "/usr/bin/mkfifo"), [pipe]).status == 0)
      let error = #expect(throws: FileError.self) { try AtomicFile.write([1], to: pipe) }
      #expect(error == .notReplaceable(path: pipe, found: "a pipe") && error?.status == .failedRun)
      let kind = try FileManager.default.attributesOfItem(atPath: pipe)[.type] as? FileAttributeType
      #expect(kind != .typeRegular)
    }
  }

  @Test func memoryBeyondTheAddressSpaceIsNotThere() {
    #expect(canAllocate(byteCount: 1 << 24) && !canAllocate(byteCount: 1 << 50))
    #expect(!canAllocate(byteCount: .max) && !canAllocate(byteCount: -1))
  }

  // Needs the right to mount a file system.
  @Test(.enabled(if: canMount, cannotMount))
  func aFullDiskKeepsTheOldFile() throws {
    try withSmallDisk { disk in
      let file = disk.appendingPathComponent("weights.safetensors")
      try AtomicFile.write([1, 2, 3], to: file.path)
      let error = #expect(throws: FileError.self) {
        try AtomicFile.write([UInt8](repeating: 7, count: 1 << 20), to: file.path)
      }
      #expect(error == .refused(.write, path: file.path, code: ENOSPC))
      #expect(error?.problem == "cannot write '\(file.path)': No space left on device")
      #expect(error?.remedy.hasPrefix("free some space") == true && error?.status == .failedRun)
      #expect(try Data(contentsOf: file) == Data([1, 2, 3]))
      #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["weights.safetensors"])
    }
  }

  // Needs the right to mount a file system.
  @Test(.enabled(if: canMount, cannotMount))
  func aRecordThatDoesNotFitLeavesNoHalf() throws {
    try withSmallDisk { disk in
      let path = disk.appendingPathComponent("metrics.jsonl").path
      var file = try AppendFile(openingAt: path)
      try file.append(Array("one\n".utf8))
      let error = refusal { try file.append([UInt8](repeating: 7, count: 1 << 20)) }
      #expect(error == .refused(.write, path: path, code: ENOSPC))
      try file.append(Array("two\n".utf8))
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "one\ntwo\n")
    }
  }

  @Test func aFullDeviceIsReported() throws {
    var file = try AppendFile(openingAt: "/dev/full")
    #expect(refusal { try file.append([1]) } == .refused(.write, path: "/dev/full", code: ENOSPC))
  }

  // Needs the right to mount a file system.
  @Test(.enabled(if: canMount, cannotMount))
  func aReadOnlyDiskIsRefusedBeforeAnyWork() throws {
    try withSmallDisk { disk in
      let remount = try run(URL(fileURLWithPath: "/bin/mount"), ["-o", "remount,ro", disk.path])
      try #require(remount.status == 0)
      let path = disk.appendingPathComponent("runs/a").path
      let error = #expect(throws: FileError.self) { try RunFolder.check(path) }
      #expect(error == .refused(.write, path: disk.path, code: EROFS))
      #expect(throws: FileError.self) { try RunFolder(creating: path) }
    }
  }

  @Test func aRunFolderIsCreatedWithThoseAboveIt() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("runs/a/b").path
      try RunFolder.check(path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
      let run = try RunFolder(creating: path)
      #expect(FileManager.default.fileExists(atPath: path) && run.file("x") == path + "/x")
      _ = try RunFolder(creating: path)  // empty: nothing was recorded yet
    }
  }

  @Test func aFileInTheWayIsNamed() throws {
    try Repository.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("runs")
      try Data().write(to: file)
      for path in [file.path, file.path + "/a", file.path + "/a/b/"] {
        #expect(refusal { try RunFolder.check(path) } == .notAFolder(path: file.path), "\(path)")
        #expect(refusal { _ = try RunFolder(creating: path) } == .notAFolder(path: file.path), "\(path)")
      }
    }
  }

  @Test func anotherRunIsDescribedAndKept() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a").path
      try RecordFixtures.run(in: path)
      let error = #expect(throws: FileError.self) {
        _ = try RunRecorder(RecordFixtures.setup(path), RecordFixtures.description(), classes: [0])
      }
      #expect(
        error?.problem == "'\(path)' already holds a finished run of 'gamma-threshold' on 'digits-lt', "
          + "started 2030-03-17T17:46:40Z")
      #expect(error?.remedy.contains("another --run-dir") == true)
      #expect(try RecordFixtures.json(path + "/run.json")["status"] == "done")
    }
  }

  @Test(arguments: ["metrics.jsonl", "run.json", "score.npy", "events.out.tfevents.1.a.1.0", "checkpoints"])
  func whatIsLeftOfARunIsNotOverwritten(name: String) throws {
    try Repository.withTemporaryFolder { folder in
      try Data("{".utf8).write(to: folder.appendingPathComponent(name))
      #expect(throws: FileError.runExists(folder: folder.path, run: "files of another run")) {
        try RunFolder.check(folder.path)
      }
    }
  }

  @Test func aLogOfTheUsersIsNoRun() throws {
    try Repository.withTemporaryFolder { folder in
      try Data().write(to: folder.appendingPathComponent("log.txt"))
      try RunFolder.check(folder.path)
    }
  }
}
