internal import Foundation
internal import TestSupport
internal import Testing
internal import brhost

/// What the README shows can be typed.
@Suite struct ReadmeTests {
  static let documents = ["README.md", "plugins/README.md", "CONTRIBUTING.md", "CHANGELOG.md"]

  /// Every `brhost …` line of the shell blocks, and those of the text that have options.
  static let lines = documents.flatMap { document in
    shellLines(in: document).filter { $0.hasPrefix("brhost ") }
      + spans(in: document).filter { $0.hasPrefix("brhost ") && $0.contains(" --") }
  }

  @Test func thereAreCommandsToCheck() { #expect(Self.lines.count > 8) }

  @Test(arguments: lines)
  func commandParses(_ line: String) throws {
    try CommandLineTool.check(line.split(separator: " ").dropFirst().map(String.init))
  }

  @Test func everyOptionInTheTextExists() {
    let all = commands.flatMap { [$0] + $0.subcommands }.flatMap(\.options).flatMap { [$0.name] + $0.aliases }
    let known = Set(all)
    for span in Self.spans(in: "README.md") where !span.hasPrefix("pkg-config ") {
      for match in span.matches(of: /--([a-z][a-z_-]*)/) {
        let name = match.1.map { $0 == "_" ? "-" : String($0) }.joined()
        #expect(known.contains(name), "README.md: \(span)")
      }
    }
  }

  @Test func everyMakeTargetInTheTextExists() throws {
    let makefile = try Self.text(of: "Makefile")
    for document in Self.documents {
      let words = Self.shellLines(in: document) + Self.spans(in: document)
      for line in words where line.hasPrefix("make ") && !line.hasPrefix("make -C ") {
        let target = line.dropFirst(5).prefix { !$0.isWhitespace }
        let isTarget = makefile.contains("\n\(target):")
        #expect(isTarget, "\(document): \(line)")
      }
    }
  }

  @Test func everyLinkLeadsToAFile() throws {
    for document in Self.documents {
      for match in try Self.text(of: document).matches(of: /\]\(([^)#:]+)\)/) {
        let folder = Repository.root.appendingPathComponent(document).deletingLastPathComponent()
        let file = folder.appendingPathComponent(String(match.1)).path
        #expect(FileManager.default.fileExists(atPath: file), "\(document) links to \(match.1)")
      }
    }
  }

  // MARK: - The example plugin

  static let example = "plugins/hard-examples/hard_examples.c"

  /// The README's C block is the example plugin; with `BRHOST_RECORD` set it is copied there, and the test fails.
  @Test(.enabled(if: (try? text(of: example)) != nil, "the example plugin is absent"))
  func examplePluginIsShownAsItIs() throws {
    let readme = try Self.text(of: "README.md")
    let opening = "<!-- \(Self.example) -->\n```c\n"
    let start = try #require(readme.range(of: opening)).upperBound
    let end = try #require(readme.range(of: "```\n", range: start..<readme.endIndex)).lowerBound
    let source = try Self.text(of: Self.example)
    if ProcessInfo.processInfo.environment["BRHOST_RECORD"] != nil {
      let file = Repository.root.appendingPathComponent("README.md")
      try Data((readme[..<start] + source + readme[end...]).utf8).write(to: file)
      Issue.record("copied \(Self.example) into README.md; look at the difference")
      return
    }
    #expect(readme[start..<end] == source, "copy it with BRHOST_RECORD=1")
  }

  // MARK: - Reading

  private static func text(of path: String) throws -> String {
    try String(contentsOf: Repository.root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The lines of a document's `sh` blocks.
  private static func shellLines(in document: String) -> [String] {
    var lines: [String] = []
    var isInside = false
    for line in ((try? text(of: document)) ?? "").split(separator: "\n") {
      if line.hasPrefix("```") { isInside = line == "```sh" } else if isInside { lines.append(String(line)) }
    }
    return lines
  }

  /// The code spans of a document's text, outside its blocks.
  private static func spans(in document: String) -> [String] {
    var isInside = false
    return ((try? text(of: document)) ?? "").split(separator: "\n").flatMap { line -> [String] in
      if line.hasPrefix("```") {
        isInside.toggle()
        return []
      }
      return isInside ? [] : line.matches(of: /`([^`]+)`/).map { String($0.1) }
    }
  }
}
