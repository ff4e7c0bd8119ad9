internal import Foundation
internal import Host
internal import TestSupport
internal import Testing
internal import brhost

/// `brhost plugin new` makes a whole folder or nothing, and says why.
@Suite struct PluginNewTests {
  // MARK: - What is made

  @Test(arguments: PluginLanguage.allCases)
  func everyPlaceholderIsFilledAndEveryFileNamesTheStrategy(_ language: PluginLanguage) throws {
    try Repository.withTemporaryFolder { folder in
      let installation = try installation(in: folder)
      let project = try PluginProject(
        name: "long-tail-2", language: language, folder: nil, kit: Repository.root.path,
        installation: installation)
      let paths = project.files.map(\.path)
      for path in ["Makefile", "README.md", ".gitignore", ".github/workflows/check.yml"] {
        #expect(paths.contains(path))
      }
      for file in project.files {
        let left = (file.path + file.text).firstMatch(of: /@[A-Z]+@/)
        #expect(left == nil, "\(file.path): \(left.map { String($0.0) } ?? "")")
        #expect(file.text.hasSuffix("\n") && !file.text.hasSuffix("\n\n"), "\(file.path)")
      }
      let makefile = try #require(project.files.first { $0.path == "Makefile" }).text
      #expect(makefile.contains("long-tail-2") && makefile.contains("\n\t"))
      #expect(makefile.contains("plugin check ./long-tail-2."))
    }
  }

  @Test func answerNamesTheFilesAndWhatToTypeNext() throws {
    try Repository.withTemporaryFolder { folder in
      let result = try run(program, ["plugin", "new", "long-tail", "--lang", "cpp"], in: folder)
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      try expectGolden(result.output, "plugin-new.txt")
    }
  }

  @Test func jsonNamesEveryFile() throws {
    try Repository.withTemporaryFolder { folder in
      let line = ["plugin", "new", "long-tail", "--lang", "rust", "--dir", "a/b/my folder", "--json"]
      let result = try run(program, line, in: folder)
      let json = try JSON(parsing: Array(result.output.utf8))
      #expect(json["folder"]?.string == "a/b/my folder" && json["plugin"]?.string == "./long-tail.so")
      let files = (json["files"]?.array ?? []).compactMap(\.string)
      #expect(Set(files) == Set(try Self.files(below: folder.appendingPathComponent("a/b/my folder"))))
    }
  }

  @Test func emptyFolderIsFilledWhereItIs() throws {
    try Repository.withTemporaryFolder { folder in
      let result = try run(program, ["plugin", "new", "x", "--lang", "c", "--dir", "."], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == [".github", ".gitignore", "Makefile", "README.md", "strategy.c"])
    }
  }

  // MARK: - What is refused

  static let badNames = [
    ("Long Tail", "'long-tail'."), ("1st", "'st'."), ("", "a name such as 'hard-examples'."),
    ("é", "a name such as 'hard-examples'."), ("a_b", "'a-b'."), ("../x", "'x'."),
    (String(repeating: "a", count: 65), "'\(String(repeating: "a", count: 64))'."),
  ]

  @Test(arguments: badNames)
  func nameThatIsNoneIsRefusedWithOneThatIs(name: String, remedy: String) {
    let error = #expect(throws: AuthoringError.self) {
      try CommandLineTool.check(["plugin", "new", name, "--lang", "c"])
    }
    #expect(error == .badName(name) && error?.status == .usage && error?.remedy == remedy)
  }

  @Test func kitIsForSwiftAlone() {
    let error = #expect(throws: AuthoringError.self) {
      try CommandLineTool.check(words("plugin new x --lang c --kit ."))
    }
    #expect(error == .kitWithout(language: "c") && error?.status == .usage)
  }

  @Test func folderThatHoldsSomethingIsLeftAlone() throws {
    try Repository.withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("x"), withIntermediateDirectories: false)
      try Data().write(to: folder.appendingPathComponent("x/mine"))
      let result = try run(program, words("plugin new x --lang c"), in: folder)
      #expect(result.status == 1 && result.output.isEmpty)
      #expect(result.errors.hasPrefix("brhost: 'x' is not empty\n  Try: another name or '--dir'"))
      #expect(try Self.files(below: folder) == ["x/mine"])
    }
  }

  @Test func folderBelowAFileIsRefused() throws {
    let result = try run(program, words("plugin new x --lang c --dir /dev/null/x"))
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.errors.hasPrefix("brhost: cannot create '/dev/null/x': Not a directory\n  Try: "))
  }

  /// The limit lets the short files through and stops at the first long one.
  @Test(arguments: ["x", "made/before", "new/x"])
  func failureHalfwayLeavesNothing(path: String) throws {
    try Repository.withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("made/before"), withIntermediateDirectories: true)
      let shell = URL(fileURLWithPath: "/bin/sh")
      let script = "ulimit -f 1; exec \"$BRHOST\" plugin new x --lang c --dir \(path)"
      let result = try run(shell, ["-c", script], in: folder, environment: ["BRHOST": program.path])
      #expect(result.status == 1 && result.output.isEmpty)
      #expect(result.errors.contains("File too large\n  Try: "), "\(result.errors)")
      #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path) == ["made", "made/before"])
    }
  }

  @Test(arguments: PluginLanguage.allCases)
  func whatIsMissingAroundTheProgramIsNamed(_ language: PluginLanguage) throws {
    try Repository.withTemporaryFolder { folder in
      let executable = folder.appendingPathComponent("bin/brhost").path
      let around = Installation(executable: executable)
      let real = URL(fileURLWithPath: executable).resolvingSymlinksInPath().path
      let expected: [PluginLanguage: AuthoringError] = [
        .c: .noHeader(program: real), .cpp: .noHeader(program: real), .swift: .noSwiftKit(program: real),
        .python: .noPythonKit(program: real),
      ]
      var error: AuthoringError?
      do throws(AuthoringError) {
        _ = try PluginProject(name: "x", language: language, folder: nil, kit: nil, installation: around)
      } catch let refusal { error = refusal }
      #expect(error == expected[language])
      #expect(error == nil || error?.status == .failedRun)
    }
  }

  @Test func kitThatIsNoCheckoutIsRefused() throws {
    try Repository.withTemporaryFolder { folder in
      let result = try run(program, words("plugin new x --lang swift --kit ."), in: folder)
      #expect(result.status == 1)
      #expect(result.errors.hasPrefix("brhost: '.' is no checkout of brhost: it lacks Package.swift"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  // MARK: - Folders

  /// A made-up installation in `folder`.
  private func installation(in folder: URL) throws -> Installation {
    for path in ["bin/brhost", "include/brhost_plugin.h", "share/brhost/python/python.mk"] {
      let file = folder.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: file)
    }
    return Installation(executable: folder.appendingPathComponent("bin/brhost").path)
  }

  /// The paths of all files below `folder`.
  private static func files(below folder: URL) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
      var isFolder: ObjCBool = false
      return unsafe FileManager.default.fileExists(atPath: "\(folder.path)/\($0)", isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }
}
