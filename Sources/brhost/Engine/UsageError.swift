package import Host

/// A mistake in a command line. `command` is the whole path, such as `plugin info`; empty for `brhost` itself.
package enum UsageError: Failure, Equatable {
  case missingCommand(parent: String, names: [String])
  case unknownCommand(String, parent: String, nearest: String?)
  case unknownOption(String, command: String, nearest: String?)
  case missingValue(option: String, placeholder: String, expected: String, command: String)
  case unexpectedValue(option: String, value: String)
  case badValue(option: String, value: String, expected: String, command: String, nearest: String?)
  case repeatedOption(String)
  case repeatedParameter(String)
  case parameterless(option: String, strategy: String, parameters: [String])
  case missingOption(String, placeholder: String, command: String)
  case missingOperand(String, command: String)
  case unexpectedOperand(String, command: String, takes: String?)
  case conflict(String, String, both: String)

  package var status: ExitStatus { .usage }

  package var problem: String {
    switch self {
    case .missingCommand(let parent, _):
      parent.isEmpty ? "no command is given" : "'\(parent)' needs a command of its own"
    case .unknownCommand(let name, let parent, _):
      parent.isEmpty ? "there is no command '\(name)'" : "'\(parent)' has no command '\(name)'"
    case .unknownOption(let name, let command, _):
      command.isEmpty ? "'\(name)' is no option of brhost itself" : "'\(command)' has no option '\(name)'"
    case .missingValue(let option, _, let expected, _):
      "'\(option)' needs a value: \(expected)"
    case .unexpectedValue(let option, let value):
      "'\(option)' takes no value, but got '\(value)'"
    case .badValue(let option, let value, let expected, _, _):
      "'\(option)' got '\(value)'; expected \(expected)"
    case .repeatedOption(let option):
      "'\(option)' is given more than once"
    case .repeatedParameter(let name):
      "the parameter '\(name)' is given more than once"
    case .parameterless(let option, let strategy, let parameters):
      "'\(option)' sets a parameter that the strategy '\(strategy)' does not have; it has "
        + (parameters.isEmpty ? "none" : parameters.joined(separator: ", ", last: " and "))
    case .missingOption(let option, _, let command):
      "'\(command)' needs the option '\(option)'"
    case .missingOperand(let placeholder, let command):
      "'\(command)' needs \(placeholder)"
    case .unexpectedOperand(let value, let command, let takes):
      "'\(command)' has no place for '\(value)'; it takes \(takes ?? "options only")"
    case .conflict(let first, let second, let both):
      "'\(first)' and '\(second)' exclude each other: both \(both)"
    }
  }

  package var remedy: String {
    switch self {
    case .missingCommand(let parent, let names):
      parent.isEmpty
        ? "'brhost help', which lists the commands."
        : names.map { "'brhost \(parent) \($0)'" }.joined(separator: ", ", last: " or ") + "."
    case .unknownCommand(_, let parent, let nearest):
      suggestion(nearest.map { parent.isEmpty ? "brhost \($0)" : "brhost \(parent) \($0)" }, help: parent)
    case .unknownOption(_, let command, let nearest):
      suggestion(nearest, help: command)
    case .unexpectedValue(let option, _):
      "the same line with '\(option)' alone."
    case .missingValue(let option, let placeholder, _, let command):
      "'\(option) \(placeholder)'; 'brhost help \(command)' says more."
    case .badValue(let option, _, _, let command, let nearest):
      "\(nearest.map { "'\($0)'; " } ?? "")'brhost help \(command)', which explains '\(option)'."
    case .repeatedOption, .repeatedParameter:
      "the same line with one of them."
    case .parameterless(let option, _, _):
      "the same line without '\(option)', or with '--br 1' as the strategy."
    case .missingOption(let option, let placeholder, let command):
      "'brhost \(command) \(option) \(placeholder)'."
    case .missingOperand(let placeholder, let command):
      "'brhost \(command) \(placeholder)'."
    case .unexpectedOperand(_, let command, _):
      "'brhost help \(command)'; an option's value follows the option, a text with spaces needs quotes."
    case .conflict(let first, let second, _):
      "the same line without '\(first)' or without '\(second)'."
    }
  }

  private func suggestion(_ nearest: String?, help command: String) -> String {
    let help = command.isEmpty ? "'brhost help'" : "'brhost help \(command)'"
    return nearest.map { "'\($0)'; \(help) lists them all." } ?? "\(help), which lists them all."
  }
}
