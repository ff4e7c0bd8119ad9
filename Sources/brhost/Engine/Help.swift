internal import Host

/// The help text of a command or of the whole program, derived from the table.
package struct Help {
  /// The widest line, in characters.
  package static let width = 96
  private static let column = 32

  /// Help for `brhost` itself.
  package static func overview(of commands: [Command]) -> String {
    var lines = [
      "brhost trains image classifiers on imbalanced data; a strategy plugin decides how much each sample",
      "counts.", "", "Usage: brhost <command> [options]", "", "Commands:",
    ]
    for command in commands { lines += row(command.name, command.summary) }
    lines += row("help <command>", "Say all about a command, as '--help' after it does.")
    lines += row("version", "Print the version, as '--version' does.")
    lines += ["", "Environment:"]
    lines += row("BRHOST_PLUGIN_PATH", "Folders to look for plugins in, separated by colons.")
    lines += row(
      InstructionSetChoice.variable,
      "The kernels' instruction set: avx512, avx2 or baseline (default: the widest that the machine has).")
    lines += ["", "Exit status: 0 done, 1 failed run, 64 usage, 65 bad data, 75 interrupted."]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Help for the last command of `path`.
  package static func text(for path: [Command]) -> String {
    guard let command = path.last else { return "" }
    var lines = [command.summary, ""] + wrapped("Usage: " + usage(of: path), indent: 7)
    if !command.subcommands.isEmpty {
      lines += ["", "Commands:"]
      for child in command.subcommands { lines += row(child.name, child.summary) }
    }
    if let operands = command.operands {
      lines += ["", "Arguments:"] + row(operands.placeholder, operands.help)
    }
    for group in command.groups {
      lines += ["", "\(group.title):"]
      for option in group.options { lines += row(label(of: option), description(of: option)) }
    }
    for note in command.notes { lines += [""] + wrapped(note, indent: 0) }
    if !command.examples.isEmpty { lines += ["", "Examples:"] + command.examples.map { "  " + $0 } }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func usage(of path: [Command]) -> String {
    guard let command = path.last else { return "" }
    var words = ["brhost"] + path.map(\.name)
    if command.isGroup { words.append("<command>") }
    if let operands = command.operands {
      words.append(operands.count.lowerBound == 0 ? "[\(operands.placeholder)]" : operands.placeholder)
      if operands.count.upperBound > 1 { words[words.count - 1] += "…" }
    }
    words += command.options.filter(\.isRequired).map(label)
    if command.options.contains(where: { !$0.isRequired }) { words.append("[options]") }
    return words.joined(separator: " ")
  }

  private static func label(of option: Option) -> String {
    "--\(option.name)" + (option.placeholder.map { option.isValueOptional ? " [\($0)]" : " \($0)" } ?? "")
  }

  /// The option's help and, in parentheses, what the table says beyond it.
  private static func description(of option: Option) -> String {
    var facts: [String] = []
    if case .choice(let names) = option.kind { facts.append(names.joined(separator: ", ", last: " or ")) }
    if option.isRequired { facts.append("required") }
    if option.isRepeatable { facts.append("repeatable") }
    if let text = option.defaultText { facts.append("default: \(text)") }
    if !option.aliases.isEmpty {
      facts.append("also " + option.aliases.map { "--\($0)" }.joined(separator: ", "))
    }
    return facts.isEmpty ? option.help : "\(option.help) (\(facts.joined(separator: "; ")))"
  }

  // MARK: - Layout

  /// `label` on the left, `text` in the column on the right; on the next line where the label is long.
  private static func row(_ label: String, _ text: String) -> [String] {
    let paragraph = wrapped(text, indent: column, first: column)
    guard label.count + 4 <= column else { return ["  " + label] + paragraph }
    let head = "  " + label + String(repeating: " ", count: column - 2 - label.count)
    return [head + paragraph[0].dropFirst(column)] + paragraph.dropFirst()
  }

  /// `text` broken at spaces; the first line indented by `first`, the others by `indent`.
  private static func wrapped(_ text: String, indent: Int, first: Int = 0) -> [String] {
    var lines: [String] = []
    var line = String(repeating: " ", count: first)
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: indent)
        isEmpty = true
      }
      line += isEmpty ? "\(word)" : " \(word)"
      isEmpty = false
    }
    return lines + [line]
  }
}
