internal import Host

let pluginNewCommand = Command(
  "new", "Make a folder with a new strategy that builds, runs and keeps the contract.",
  operands: Operands("<name>", "The strategy's id: lower-case letters, digits and hyphens."),
  groups: [
    OptionGroup(
      "Options",
      [
        Option(
          "lang", "<language>", "What it is written in.",
          .choice(PluginLanguage.allCases.map(\.rawValue)), required: true),
        Option(
          "dir", "<folder>", "The folder to make; there may be an empty one.",
          default: "one of that name, here"),
        Option(
          "kit", "<checkout>", "Swift: the checkout of brhost whose PluginKit is used.",
          default: "the one that this program was built in"),
        jsonOption,
      ])
  ],
  notes: [
    "The folder has a source with one function to replace, a Makefile ('make', 'make check'), a README and a file for "
      + "continuous integration. It needs nothing of brhost but what is installed with it; Swift needs a checkout."
  ],
  examples: [
    "brhost plugin new long-tail --lang c", "brhost plugin new my-method --lang rust --dir plugins/my-method",
  ],
  prepare: { arguments in
    let language = arguments.choice("lang") ?? PluginLanguage.c
    let name = arguments.operands[0]
    guard PluginProject.isName(name) else { throw AuthoringError.badName(name) }
    if arguments.has("kit"), language != .swift {
      throw AuthoringError.kitWithout(language: language.rawValue)
    }
    return {
      try Operations.makeProject(
        name, in: language, folder: arguments.text("dir"), kit: arguments.text("kit")
      ).print(asJSON: arguments.has("json"))
      return .done
    }
  })
