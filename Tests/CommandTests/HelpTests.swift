internal import Foundation
internal import TestSupport
internal import Testing
internal import brhost

/// Help is complete, narrow enough to read, and what `Tests/Golden` says.
@Suite struct HelpTests {
  /// The words that name each command, `brhost` itself first.
  static let pages: [[String]] =
    [[]]
    + commands.flatMap { command in [[command.name]] + command.subcommands.map { [command.name, $0.name] } }

  @Test(arguments: pages)
  func helpIsTheGoldenText(_ page: [String]) throws {
    let name = (["help"] + page).joined(separator: "-")
    try expectGolden(try text(of: page), "\(name).txt")
  }

  @Test(arguments: pages)
  func noLineIsLongerThanAHundredCharacters(_ page: [String]) throws {
    for line in try text(of: page).split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
  }

  @Test(arguments: pages)
  func optionAfterTheCommandIsTheSameHelp(_ page: [String]) throws {
    let result = try run(program, page + ["--help"])
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(try result.output == text(of: page))
  }

  @Test(arguments: commands.flatMap { [$0] + $0.subcommands }.flatMap(\.examples))
  func exampleParses(_ example: String) throws {
    try CommandLineTool.check(Array(words(example).dropFirst()))
  }

  @Test(arguments: ["help", "version"])
  func wordsBesideTheCommandsAreExplainedByTheOverview(_ word: String) throws {
    #expect(try text(of: [word]) == text(of: []))
  }

  @Test func everyOptionAndCommandHasItsHelp() {
    for command in commands.flatMap({ [$0] + $0.subcommands }) {
      #expect(command.summary.hasSuffix("."))
      for option in command.options {
        #expect(option.help.hasSuffix("."), "\(command.name) --\(option.name)")
      }
      let names = command.options.flatMap { [$0.name] + $0.aliases }
      #expect(Set(names).count == names.count, "\(command.name) has a name twice")
    }
  }

  private func text(of page: [String]) throws -> String {
    guard case .help(let path) = try Parser(commands).parse(["help"] + page) else { return "" }
    return path.isEmpty ? Help.overview(of: commands) : Help.text(for: path)
  }
}
