/// The arguments of one command, checked against the table.
///
/// Asking for an option that the command's row does not have is a mistake in this program, not the user's.
package struct Arguments: Sendable {
  /// The arguments that are not options.
  package var operands: [String] = []
  /// The whole command line, for records.
  package let commandLine: [String]
  let command: Command
  private var values: [String: [String]] = [:]

  init(of command: Command, commandLine: [String]) {
    self.command = command
    self.commandLine = commandLine
  }

  mutating func add(_ value: String, to option: Option) { values[option.name, default: []].append(value) }

  /// Leaves the option given, but without its value.
  mutating func takeValue(of option: Option) { values[option.name] = [""] }

  /// Whether the option is given.
  package func has(_ name: String) -> Bool { !texts(name).isEmpty }

  /// The values of a repeatable option, in their order.
  package func texts(_ name: String) -> [String] {
    precondition(command.options.contains { $0.name == name }, "'\(command.name)' has no option '\(name)'")
    return values[name] ?? []
  }

  /// Those of `options` that are given, each as the words of a command line.
  func words(of options: [Option]) -> [[String]] {
    options.flatMap { option in
      texts(option.name).map {
        option.placeholder == nil ? ["--\(option.name)"] : ["--\(option.name)", $0]
      }
    }
  }

  /// The value of the option, or nil.
  package func text(_ name: String) -> String? { texts(name).first }

  /// The value of an `.integer` option, or nil.
  package func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

  /// The value of a `.number` option, or nil.
  package func number(_ name: String) -> Float? { text(name).flatMap { Float($0) } }

  /// The value of a `.choice` among the raw values of an enum, or nil.
  package func choice<Choice: RawRepresentable<String>>(
    _ name: String, as _: Choice.Type = Choice.self
  ) -> Choice? {
    text(name).flatMap { Choice(rawValue: $0) }
  }
}
