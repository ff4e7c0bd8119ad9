internal import Host

let dataCommand = Command(
  "data", "Look into data sets, import published ones, make long tails.",
  subcommands: [
    dataImportCommand, dataMakeLTCommand,
    Command(
      "info", "Sizes, classes, pixel statistics, imbalance and repeated images of a data set.",
      operands: Operands("<dataset>", "The data set's name, or the path of one npz file."),
      groups: [
        OptionGroup(
          "Options",
          [
            dataDirectoryOption,
            Option("picture", "<file>", "Also draw a sheet of samples of each class, PNG."), jsonOption,
          ])
      ],
      examples: ["brhost data info digits-lt", "brhost data info cifar10-lt --picture samples.png"],
      prepare: { arguments in
        {
          try Operations.describeData(
            arguments.operands[0], dataDirectory: arguments.text("data-dir") ?? "data",
            picture: arguments.text("picture")
          ).print(asJSON: arguments.has("json"))
          return .done
        }
      }),
  ])
