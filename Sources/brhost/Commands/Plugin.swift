internal import Host

let pluginCommand = Command(
  "plugin", "Say which plugins there are and what they offer; make new ones.",
  notes: [
    "Plugins are looked for in the folders of BRHOST_PLUGIN_PATH, then in ~/.local/lib/brhost/plugins, then "
      + "in lib/brhost/plugins of the installation, then beside the executable. A name with a slash is a path."
  ],
  subcommands: [
    Command(
      "list", "List the strategies that are found, and the files that are refused.",
      groups: [OptionGroup("Options", [jsonOption])],
      examples: ["brhost plugin list"],
      prepare: { arguments in
        {
          try Operations.listPlugins().print(asJSON: arguments.has("json"))
          return .done
        }
      }),
    Command(
      "info", "Say all about one strategy: version, inputs, outputs, parameters.",
      operands: Operands("<name>", "A strategy's id, or the path of its library."),
      groups: [OptionGroup("Options", [jsonOption])],
      examples: ["brhost plugin info gamma-threshold", "brhost plugin info ./my-strategy.so --json"],
      prepare: { arguments in
        {
          try Operations.describePlugin(arguments.operands[0]).print(asJSON: arguments.has("json"))
          return .done
        }
      }),
    pluginNewCommand,
    pluginCheckCommand,
    pluginBenchCommand,
    pluginReplayCommand,
  ])
