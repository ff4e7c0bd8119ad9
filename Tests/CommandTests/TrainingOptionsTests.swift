internal import Host
internal import Testing
internal import brhost

/// The words of a command line become the settings they name.
@Suite struct TrainingOptionsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    let expected: TrainingOptions
    var testDescription: String { line.isEmpty ? "the defaults" : line }
    init(_ line: String, _ change: (inout TrainingOptions) -> Void = { _ in }) {
      self.line = line
      var options = TrainingOptions(dataset: "x")
      change(&options)
      expected = options
    }
  }

  static let cases = [
    Case(""),
    Case("--data-dir d") { $0.dataDirectory = "d" },
    Case("--data_dir=d") { $0.dataDirectory = "d" },
    Case("--augment crop") { $0.augmentation = .crop },
    Case("--normalize imagenet") { $0.normalization = .imagenet },
    Case("--order sequential") { $0.order = .sequential },
    Case("--order ids.npy") { $0.order = .file("ids.npy") },
    Case("--meta 3") { $0.metaPerClass = 3 },
    Case("--meta-per-class 3") { $0.metaPerClass = 3 },
    Case("--strategy ./x.so --set a=-1 --set b=c=d --set e=") {
      $0.strategy = "./x.so"
      $0.strategyParameters = [.init(name: "a", value: "-1"), .init(name: "b", value: "c=d")]
      $0.strategyParameters.append(.init(name: "e", value: ""))
    },
    Case("--objective o --objective-set s=30") {
      $0.objective = "o"
      $0.objectiveParameters = [.init(name: "s", value: "30")]
    },
    Case("--gradient-source bias --defer-until 160") {
      $0.gradientSource = .bias
      $0.deferUntil = 160
    },
    Case("--model mlp --init w.safetensors --preset lt200") {
      $0.model = "mlp"
      $0.initialWeights = "w.safetensors"
      $0.preset = .lt200
    },
    Case("--epochs 3 --lr 0.5 --schedule steps:0.1@9,12 --warmup-epochs 2 --weight-decay 0") {
      $0.epochs = 3
      $0.learningRate = 0.5
      $0.decay = .steps(epochs: [9, 12], factor: 0.1)
      $0.warmupEpochs = 2
      $0.weightDecay = 0
    },
    Case("--steps 9 --batch-size 64 --momentum 0.5 --nesterov off") {
      $0.steps = 9
      $0.batchSize = 64
      $0.momentum = 0.5
      $0.nesterov = false
    },
    Case("--seed 7 --threads 3 --num_workers 4 --run-dir r --record d --eval-every 2 --log-every 5") {
      $0.seed = 7
      $0.threads = 3
      $0.workers = 4
      $0.runDirectory = "r"
      $0.recordDirectory = "d"
      $0.evaluateEvery = 2
      $0.logEvery = 5
    },
    Case("--seed 18446744073709551615") { $0.seed = .max },
    Case("--br 0") { $0.strategy = "erm" },
    Case("--br 0 --gamma 0.5 --temp 1") { $0.strategy = "erm" },
    Case("--br 1 --gamma 0.7 --temp 1 --num_workers 4") {
      $0.strategy = "gamma-threshold"
      $0.strategyParameters = [.init(name: "gamma", value: "0.7"), .init(name: "temp", value: "1")]
      $0.workers = 4
    },
  ]

  @Test(arguments: cases)
  func lineBecomesItsSettings(_ c: Case) throws {
    let line = ["train", "--dataset", "x"] + words(c.line)
    guard case .run(_, let arguments) = try Parser(commands).parse(line) else {
      Issue.record("not a run")
      return
    }
    #expect(try TrainingOptions(arguments) == c.expected)
    #expect(arguments.commandLine == ["brhost"] + line)
  }

  /// The help states the defaults of the standard preset in words.
  @Test func helpStatesTheStandardRecipe() {
    let recipe = Preset.standard.recipe(longTailed: true)
    let stated = Dictionary(
      uniqueKeysWithValues: commands[0].options.compactMap { option in
        option.defaultText.map { (option.name, $0) }
      })
    #expect(stated["epochs"] == "\(recipe.epochs)")
    #expect(stated["lr"].flatMap { Float($0) } == recipe.learningRate)
    #expect(stated["schedule"] == recipe.decay.text)
    #expect(stated["warmup-epochs"] == "\(recipe.warmupEpochs)")
    #expect(stated["weight-decay"].flatMap { Float($0) } == recipe.weightDecay)
  }

  @Test(arguments: ["constant", "cosine", "steps:0.1@9,12", "steps:0.5@0"])
  func decayIsWrittenAsItIsRead(_ text: String) {
    #expect(TrainingOptions.Decay(text: text)?.text == text)
  }

  @Test(arguments: [
    "", "linear", "steps:", "steps:0.1", "steps:0.1@", "steps:@9", "steps:2@9", "steps:-1@9", "steps:nan@9",
    "steps:0.1@9,", "steps:0.1@9,9", "steps:0.1@-1", "steps:0.1@9@12",
  ])
  func otherDecaysAreRefused(_ text: String) { #expect(TrainingOptions.Decay(text: text) == nil) }
}

/// Presets decide the recipe, explicit settings override it.
@Suite struct RecipeTests {
  @Test func referencePresetDependsOnTheImbalance() {
    var options = TrainingOptions(dataset: "x")
    options.preset = .reference
    let tailed = options.recipe(longTailed: true, stepsPerEpoch: 10)
    let balanced = options.recipe(longTailed: false, stepsPerEpoch: 10)
    #expect((tailed.epochs, balanced.epochs) == (1241, 308))
    #expect(tailed.decay == .steps(epochs: [604, 926, 1128], factor: 0.1))
    #expect(balanced.decay == .steps(epochs: [150, 230, 280], factor: 0.1))
  }

  @Test func lt200FallsTwiceByAHundredAfterAWarmUp() {
    let recipe = Preset.lt200.recipe(longTailed: true)
    let rates = [0, 4, 5, 159, 160, 180].map { recipe.schedule.rate(epoch: $0, of: recipe.epochs) }
    for (rate, expected) in zip(rates, [0.02, 0.1, 0.1, 0.1, 1e-3, 1e-5] as [Float]) {
      #expect(abs(rate - expected) <= 1e-4 * expected)
    }
    #expect(recipe.epochs == 200)
    #expect(recipe.weightDecay == 2e-4)
  }

  @Test func explicitSettingsOverrideThePreset() {
    var options = TrainingOptions(dataset: "x")
    options.preset = .lt200
    options.epochs = 3
    options.learningRate = 1
    options.decay = .constant
    options.warmupEpochs = 0
    options.weightDecay = 0
    let recipe = options.recipe(longTailed: true, stepsPerEpoch: 10)
    #expect((recipe.epochs, recipe.warmupEpochs) == (3, 0))
    #expect((recipe.learningRate, recipe.weightDecay) == (1, 0))
    #expect(recipe.decay == .constant)
  }

  @Test(arguments: [(1, 1), (10, 1), (11, 2), (20, 2), (21, 3), (Int.max, Int.max / 10 + 1)])
  func stepsBecomeTheEpochsTheyBegin(steps: Int, epochs: Int) {
    var options = TrainingOptions(dataset: "x")
    options.steps = steps
    #expect(options.recipe(longTailed: true, stepsPerEpoch: 10).epochs == epochs)
  }

  @Test func configurationsAreToldApartByTheirNames() {
    let plain = TrainingOptions(dataset: "cifar10-lt")
    func name(_ change: (inout TrainingOptions) -> Void) -> String {
      var options = plain
      change(&options)
      return options.configurationName(strategy: "hard-examples", objective: options.objective)
    }
    #expect(name { _ in } == "cifar10-lt_hard-examples_seed1")
    #expect(
      name {
        $0.strategyParameters = [.init(name: "file", value: "a/b")]
        $0.model = "resnet20"
      } == "cifar10-lt_hard-examples,file=a-b_resnet20_seed1")
    #expect(
      name {
        $0.batchSize = 64
        $0.epochs = 3
        $0.gradientSource = .bias
        $0.decay = .steps(epochs: [1, 2], factor: 0.1)
      } == "cifar10-lt_hard-examples_epochs=3_batch=64_steps:0.1@1,2_gradient=bias_seed1")
    // What cannot change the result is no part of the name.
    #expect(
      name {
        ($0.threads, $0.workers, $0.logEvery) = (3, 4, 5)
      } == "cifar10-lt_hard-examples_seed1")
  }

  @Test func longNamesStayDifferentAndShort() {
    let names = ["a", "b"].map { last in
      var options = TrainingOptions(dataset: "set")
      options.strategyParameters = [.init(name: "text", value: String(repeating: "x", count: 400) + last)]
      return options.configurationName(strategy: "long", objective: nil)
    }
    #expect(names.allSatisfy { $0.utf8.count <= 200 } && names[0] != names[1])
  }
}
