/// Everything that decides what a run computes, and where and how it was started: what `run.json` says.
public struct RunDescription: Sendable, Equatable {
  /// A plugin and its parameters.
  public struct Plugin: Sendable, Equatable {
    /// The id from the manifest.
    public var id: String
    /// The version from the manifest.
    public var version: String
    /// The path of the library.
    public var file: String
    /// The library's SHA-256 in hexadecimal digits.
    public var sha256: String
    /// Every parameter with its value, given or default.
    public var parameters: [JSON.Member]

    /// A plugin; every argument is the property of its name.
    public init(id: String, version: String, file: String, sha256: String, parameters: [JSON.Member]) {
      self.id = id
      self.version = version
      self.file = file
      self.sha256 = sha256
      self.parameters = parameters
    }
  }

  /// The images that a run trains on and is tested on.
  public struct DataSet: Sendable, Equatable {
    /// The name, as in `--dataset`.
    public var name: String
    /// The path of the training set.
    public var trainFile: String
    /// The training set's SHA-256 in hexadecimal digits.
    public var trainSHA256: String
    /// The path of the test set.
    public var testFile: String
    /// The test set's SHA-256 in hexadecimal digits.
    public var testSHA256: String
    /// Channels, height and width of an image.
    public var imageShape: [Int]
    /// Training samples per class, `[C]`.
    public var trainCounts: [Int]
    /// Test samples per class, `[C]`.
    public var testCounts: [Int]

    /// A data set; every argument is the property of its name.
    public init(
      name: String, trainFile: String, trainSHA256: String, testFile: String, testSHA256: String,
      imageShape: [Int], trainCounts: [Int], testCounts: [Int]
    ) {
      self.name = name
      self.trainFile = trainFile
      self.trainSHA256 = trainSHA256
      self.testFile = testFile
      self.testSHA256 = testSHA256
      self.imageShape = imageShape
      self.trainCounts = trainCounts
      self.testCounts = testCounts
    }
  }

  /// The version of brhost.
  public var version: String
  /// The command with its arguments.
  public var commandLine: [String]
  /// The name of the configuration, which is the default name of the run's folder.
  public var configuration: String
  /// The plugin that weighs the samples.
  public var strategy: Plugin
  /// The plugin that computes the loss; nil for cross-entropy.
  public var objective: Plugin?
  /// The images.
  public var data: DataSet
  /// The network's name.
  public var model: String
  /// The number of the network's parameters.
  public var parameterCount: Int
  /// What seeds initialisation, order and augmentation.
  public var seed: UInt64
  /// Every other setting with its value, given or default.
  public var settings: [JSON.Member]
  /// Where the run trains.
  public var machine: Machine
  /// The environment variables that matter.
  public var environment: [String: String]

  /// A description; every argument is the property of its name.
  public init(
    version: String, commandLine: [String], configuration: String, strategy: Plugin, objective: Plugin?,
    data: DataSet, model: String, parameterCount: Int, seed: UInt64, settings: [JSON.Member],
    machine: Machine,
    environment: [String: String]
  ) {
    self.version = version
    self.commandLine = commandLine
    self.configuration = configuration
    self.strategy = strategy
    self.objective = objective
    self.data = data
    self.model = model
    self.parameterCount = parameterCount
    self.seed = seed
    self.settings = settings
    self.machine = machine
    self.environment = environment
  }

  /// Those of `variables` that change what brhost or the matrix library does.
  public static func relevantEnvironment(_ variables: [String: String]) -> [String: String] {
    let prefixes = ["BRHOST_", "OPENBLAS_", "OMP_", "GOTO_"]
    return variables.filter { variable in prefixes.contains { variable.key.hasPrefix($0) } }
  }
}

// MARK: - JSON

extension RunDescription {
  /// The description's part of `run.json`.
  var members: [JSON.Member] {
    let json: JSON = [
      "version": JSON(version), "command_line": JSON(commandLine), "configuration": JSON(configuration),
      "strategy": strategy.json, "objective": objective?.json ?? .null, "data": data.json,
      "model": ["name": JSON(model), "parameters": JSON(parameterCount)], "seed": JSON(seed),
      "settings": .object(settings),
      "machine": [
        "host": JSON(machine.host), "processor": JSON(machine.processor), "cores": JSON(machine.cores),
        "threads": JSON(machine.threads), "instruction_set": JSON(machine.instructionSet),
        "blas": JSON(machine.blas),
      ],
      "environment": JSON(environment),
    ]
    return json.members ?? []
  }
}

extension RunDescription.Plugin {
  fileprivate var json: JSON {
    [
      "id": JSON(id), "version": JSON(version), "file": JSON(file), "sha256": JSON(sha256),
      "parameters": .object(parameters),
    ]
  }
}

extension RunDescription.DataSet {
  fileprivate var json: JSON {
    [
      "name": JSON(name), "train_file": JSON(trainFile), "train_sha256": JSON(trainSHA256),
      "test_file": JSON(testFile), "test_sha256": JSON(testSHA256), "image_shape": JSON(imageShape),
      "train_counts": JSON(trainCounts), "test_counts": JSON(testCounts),
    ]
  }
}
