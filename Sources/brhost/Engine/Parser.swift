internal import Host

/// What a command line asks for.
package enum Request: Sendable {
  case version
  /// Help for the last command of the path; for `brhost` itself where the path is empty.
  case help(path: [Command])
  case run(path: [Command], Arguments)
}

/// Reads command lines against a table of commands.
package struct Parser: Sendable {
  package let commands: [Command]

  package init(_ commands: [Command]) { self.commands = commands }

  /// Reads `line`, the words after the program's name.
  package func parse(_ line: [String]) throws(UsageError) -> Request {
    if line.first == "--version" || line.first == "version" { return .version }
    if line.first == "help" {
      if let page = line.dropFirst().first, Self.words.contains(page) { return .help(path: []) }
      return .help(path: try path(of: line.dropFirst()).commands)
    }
    let (path, rest) = try path(of: line[...])
    if rest.prefix(while: { $0 != "--" }).contains(where: isHelp) { return .help(path: path) }
    guard let command = path.last, !command.isGroup else {
      if let option = rest.first {
        let known = ["--help", "--version"]
        throw .unknownOption(option, command: name(of: path), nearest: nearest(to: option, in: known))
      }
      let names = (path.last?.subcommands ?? commands).map(\.name)
      throw .missingCommand(parent: name(of: path), names: names)
    }
    return .run(path: path, try arguments(rest, of: command, named: name(of: path), line: line))
  }

  // MARK: - Commands

  /// What stands where a command does without being a row of the table; the overview says what they do.
  private static let words = ["help", "version"]

  /// The commands that `line` begins with, and what follows them.
  private func path(
    of line: ArraySlice<String>
  ) throws(UsageError) -> (commands: [Command], rest: ArraySlice<String>) {
    var path: [Command] = []
    var rest = line
    var choices = commands
    while let word = rest.first, !choices.isEmpty, !word.hasPrefix("-") {
      guard let command = choices.first(where: { $0.name == hyphenated(word) }) else {
        let near = nearest(to: word, in: choices.map(\.name) + (path.isEmpty ? Self.words : []))
        throw .unknownCommand(word, parent: name(of: path), nearest: near)
      }
      path.append(command)
      rest = rest.dropFirst()
      choices = command.subcommands
    }
    return (path, rest)
  }

  private func name(of path: [Command]) -> String { path.map(\.name).joined(separator: " ") }

  // MARK: - Options and operands

  private func arguments(
    _ rest: ArraySlice<String>, of command: Command, named name: String, line: [String]
  ) throws(UsageError) -> Arguments {
    var arguments = Arguments(of: command, commandLine: ["brhost"] + line)
    var words = rest
    var optionsEnded = false
    while let word = words.popFirst() {
      if word == "--", !optionsEnded {
        optionsEnded = true
      } else if optionsEnded || !isOption(word) {
        arguments.operands.append(word)
      } else {
        try readOption(word, from: &words, of: command, named: name, into: &arguments)
      }
    }
    giveBackOperand(to: &arguments, of: command)
    try checkCompleteness(of: arguments, for: command, named: name)
    return arguments
  }

  /// Of 'report --json runs', 'runs' is the operand that is missing otherwise, and no value.
  private func giveBackOperand(to arguments: inout Arguments, of command: Command) {
    guard let operands = command.operands, arguments.operands.count < operands.count.lowerBound else {
      return
    }
    for option in command.options where option.isValueOptional {
      // Written as '--json=runs', it is one.
      guard let value = arguments.text(option.name), !value.isEmpty,
        !arguments.commandLine.contains("--\(option.name)=\(value)")
      else { continue }
      arguments.takeValue(of: option)
      arguments.operands.append(value)
      return
    }
  }

  /// Reads the option `word` (`--name` or `--name=value`) and, where it has one, its value from `words`.
  private func readOption(
    _ word: String, from words: inout ArraySlice<String>, of command: Command, named name: String,
    into arguments: inout Arguments
  ) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let option = option(parts[0], of: command) else {
      throw .unknownOption(parts[0], command: name, nearest: nearestOption(to: parts[0], of: command))
    }
    let typed = parts[0]
    if arguments.has(option.name), !option.isRepeatable { throw .repeatedOption(typed) }

    guard let placeholder = option.placeholder else {
      if parts.count > 1 { throw .unexpectedValue(option: typed, value: parts[1]) }
      arguments.add("on", to: option)
      return
    }
    let value: String
    if parts.count > 1 {
      value = parts[1]
    } else if let next = words.first, !isOption(next) {
      value = next
      words.removeFirst()
    } else if option.isValueOptional {
      value = ""
    } else {
      throw .missingValue(
        option: typed, placeholder: placeholder, expected: option.kind.expected, command: name)
    }
    guard option.kind.accepts(value) || option.isValueOptional && value.isEmpty else {
      var near: String?
      if case .choice(let names) = option.kind { near = nearest(to: value, in: names) }
      throw .badValue(
        option: typed, value: value, expected: option.kind.expected, command: name,
        nearest: near.map { "\(typed) \($0)" })
    }
    arguments.add(value, to: option)
  }

  private func checkCompleteness(
    of arguments: Arguments, for command: Command, named name: String
  ) throws(UsageError) {
    for option in command.options where option.isRequired && !arguments.has(option.name) {
      throw .missingOption("--\(option.name)", placeholder: option.placeholder ?? "", command: name)
    }
    let count = command.operands?.count ?? 0...0
    if arguments.operands.count < count.lowerBound, let operands = command.operands {
      throw .missingOperand(operands.placeholder, command: name)
    }
    if arguments.operands.count > count.upperBound {
      let first = arguments.operands[count.upperBound]
      throw .unexpectedOperand(first, command: name, takes: command.operands.map { "one \($0.placeholder)" })
    }
  }

  private func option(_ typed: String, of command: Command) -> Option? {
    let name = hyphenated(typed.dropFirst(2))
    return command.options.first { $0.name == name || $0.aliases.contains(name) }
  }

  private func nearestOption(to typed: String, of command: Command) -> String? {
    let names = command.options.flatMap { [$0.name] + $0.aliases } + ["help"]
    return nearest(to: String(typed.drop { $0 == "-" }), in: names).map { "--\($0)" }
  }

  // MARK: - Words

  /// Whether `word` is an option rather than a value: it begins with a hyphen and is no number.
  private func isOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && Double(word) == nil
  }

  private func isHelp(_ word: String) -> Bool { word == "--help" || word == "-h" }
}

/// A name with hyphens for underscores.
func hyphenated(_ word: some StringProtocol) -> String { String(word.map { $0 == "_" ? "-" : $0 }) }
