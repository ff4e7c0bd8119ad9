package import Host

/// What a command does once its arguments have been read; gives the status that the process exits with.
package typealias Action = @Sendable () throws -> ExitStatus

/// A row of the command table. Parsing, help and usage errors are derived from it.
package struct Command: Sendable {
  /// The word that chooses the command.
  package let name: String
  /// One sentence for the list of commands.
  package let summary: String
  /// The commands below this one.
  package let subcommands: [Command]
  package let operands: Operands?
  package let groups: [OptionGroup]
  /// Paragraphs for the end of the help.
  package let notes: [String]
  /// Complete command lines; the tests check that they parse.
  package let examples: [String]
  /// Whether the command only groups others.
  package let isGroup: Bool
  /// Reads the arguments, which is where usage errors arise, and returns what is left to do.
  package let prepare: @Sendable (Arguments) throws -> Action

  /// A command that does something.
  package init(
    _ name: String, _ summary: String, operands: Operands? = nil, groups: [OptionGroup] = [],
    notes: [String] = [], examples: [String] = [], subcommands: [Command] = [],
    prepare: @escaping @Sendable (Arguments) throws -> Action
  ) {
    self.name = name
    self.summary = summary
    self.subcommands = subcommands
    self.isGroup = false
    self.operands = operands
    self.groups = groups
    self.notes = notes
    self.examples = examples
    self.prepare = prepare
  }

  /// A command that only groups others.
  package init(_ name: String, _ summary: String, notes: [String] = [], subcommands: [Command]) {
    self.name = name
    self.summary = summary
    self.subcommands = subcommands
    self.isGroup = true
    self.operands = nil
    self.groups = []
    self.notes = notes
    self.examples = []
    self.prepare = { _ in throw UsageError.missingCommand(parent: name, names: subcommands.map(\.name)) }
  }

  /// Every option, in the order of the help.
  package var options: [Option] { groups.flatMap(\.options) }
}

/// The arguments of a command that are not options.
package struct Operands: Sendable {
  package let placeholder: String
  package let help: String
  package let count: ClosedRange<Int>

  package init(_ placeholder: String, _ help: String, count: ClosedRange<Int> = 1...1) {
    self.placeholder = placeholder
    self.help = help
    self.count = count
  }
}

/// Options that stand together in the help.
package struct OptionGroup: Sendable {
  package let title: String
  package let options: [Option]

  package init(_ title: String, _ options: [Option]) {
    self.title = title
    self.options = options
  }
}

/// One option of a command.
package struct Option: Sendable {
  /// The name without the leading hyphens, words joined by hyphens.
  package let name: String
  /// Other names for it.
  package let aliases: [String]
  /// What stands for the value in the help, such as `<count>`; nil for a flag.
  package let placeholder: String?
  package let kind: ValueKind
  package let help: String
  /// What happens without the option, in words.
  package let defaultText: String?
  package let isRequired: Bool
  package let isRepeatable: Bool
  /// Whether it may stand alone, which says something of its own.
  package let isValueOptional: Bool

  /// Whether this is one of its names.
  func isCalled(_ name: String) -> Bool { name == self.name || aliases.contains(name) }

  /// An option with a value.
  package init(
    _ name: String, _ placeholder: String, _ help: String, _ kind: ValueKind = .text,
    default defaultText: String? = nil, aliases: [String] = [], required: Bool = false,
    repeatable: Bool = false, valueOptional: Bool = false
  ) {
    self.name = name
    self.aliases = aliases
    self.placeholder = placeholder
    self.kind = kind
    self.help = help
    self.defaultText = defaultText
    self.isRequired = required
    self.isRepeatable = repeatable
    self.isValueOptional = valueOptional
  }

  /// An option without a value.
  package init(flag name: String, _ help: String) {
    self.name = name
    self.aliases = []
    self.placeholder = nil
    self.kind = .text
    self.help = help
    self.defaultText = nil
    self.isRequired = false
    self.isRepeatable = false
    self.isValueOptional = false
  }
}
