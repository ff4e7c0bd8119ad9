internal import Host

let dataMakeLTCommand = Command(
  "make-lt", "Make a long-tailed training set from a balanced one.",
  operands: Operands("<dataset>", "The name of the data set to choose images from."),
  groups: [
    OptionGroup(
      "Options",
      [
        nameOption,
        Option(
          "imbalance", "<profile>", "How class sizes fall.",
          .choice(ImbalanceProfile.allCases.map(\.rawValue)), default: "exponential"),
        Option(
          "factor", "<number>", "The largest class divided by the smallest.", .number(1...1_000_000),
          default: "100"),
        Option("seed", "<number>", "Chooses the images.", .integer(0...Int.max), default: "1"),
        Option(
          flag: "shuffle-classes", "The seed also chooses which classes are frequent; else the first are."),
        dataDirectoryOption, outOption, jsonOption,
      ])
  ],
  notes: [
    "Class c of C gets n · factor^(-c/(C-1)) images (exponential), or n in the first half of the classes and n / factor "
      + "in the second (step), rounded down; n is the size of a class, or what the smaller classes allow.",
    "End NAME in -lt to be tested on the test set of the name before it, if that is in the same folder; in all other "
      + "cases the test set is copied.",
  ],
  examples: [
    "brhost data make-lt fashion-mnist --name fashion-mnist-lt",
    "brhost data make-lt cifar10 --name cifar10-step-lt --imbalance step --factor 10 --seed 3",
  ],
  prepare: { arguments in
    var options = LongTailDataset(of: arguments.operands[0], as: arguments.text("name") ?? "")
    options.dataDirectory = arguments.text("data-dir") ?? options.dataDirectory
    options.folder = arguments.text("out") ?? options.folder
    options.profile = arguments.choice("imbalance") ?? options.profile
    options.factor = arguments.text("factor").flatMap { Double($0) } ?? options.factor
    options.shufflesClasses = arguments.has("shuffle-classes")
    options.seed = arguments.integer("seed").map { UInt64($0) } ?? options.seed
    return { [options] in
      try Operations.makeLongTail(options).print(asJSON: arguments.has("json"))
      return .done
    }
  })
