internal import Host

let dataImportCommand = Command(
  "import", "Read published images: CIFAR, MNIST and its like, folders of PNG.",
  operands: Operands("<source>", "The downloaded archive, or the folder of the files."),
  groups: [
    OptionGroup(
      "Options",
      [
        nameOption, outOption,
        Option(
          "format", "<format>", "What the source is.", .choice(ImportFormat.allCases.map(\.rawValue)),
          default: "what it looks like"),
        jsonOption,
      ]),
    OptionGroup(
      "Images without a test set",
      [
        Option(
          "test-fraction", "<share>", "Put this part of each class aside for testing.", .number(0.001...0.9)),
        Option("seed", "<number>", "Chooses them.", .integer(0...Int.max), default: "1"),
      ]),
  ],
  notes: [
    "CIFAR-10 and CIFAR-100: the binary or the Python version, as .tar.gz, .tar or unpacked; of CIFAR-100 the fine "
      + "labels. Pickles are read as data, nothing of them is run.",
    "MNIST, Fashion-MNIST and others in IDX: a folder of the four files, gzipped or not.",
    "PNG: train/CLASS/*.png and test/CLASS/*.png, classes numbered in the order of their names; or CLASS/*.png with "
      + "--test-fraction. All images have one size.",
  ],
  examples: [
    "brhost data import cifar-10-binary.tar.gz --name cifar10",
    "brhost data import /usr/share/datasets/fashion-mnist --name fashion-mnist",
    "brhost data import photos --name photos --test-fraction 0.2",
  ],
  prepare: { arguments in
    var options = DatasetImport(of: arguments.operands[0], as: arguments.text("name") ?? "")
    options.folder = arguments.text("out") ?? options.folder
    options.format = arguments.choice("format")
    options.testFraction = arguments.text("test-fraction").flatMap { Double($0) }
    options.seed = arguments.integer("seed").map { UInt64($0) } ?? options.seed
    return { [options] in
      try Operations.importDataset(options).print(asJSON: arguments.has("json"))
      return .done
    }
  })

let nameOption = Option("name", "<name>", "The new data set's name.", required: true)
let outOption = Option(
  "out", "<folder>", "Where NAME_train.npz and NAME_test.npz go; made if it is missing.", default: "data")
