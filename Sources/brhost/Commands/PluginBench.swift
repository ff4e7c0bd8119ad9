internal import Host

private let defaults = StrategyBenchmarkOptions(strategy: "")

let pluginBenchCommand = Command(
  "bench", "Measure how long one strategy takes, and how often it allocates.",
  operands: Operands("<name>", "A strategy's id, or the path of its library."),
  groups: [
    OptionGroup(
      "Options",
      [
        setOption,
        Option(
          "batch-sizes", "<counts>", "Samples in a batch, separated by commas.",
          .custom(expected: "whole numbers from 1 to 4096, such as 32,128") {
            numbers($0, in: 1...4096) != nil
          },
          default: text(defaults.batchSizes)),
        Option(
          "classes", "<counts>", "Numbers of classes, each with each batch size.",
          .custom(expected: "whole numbers from 2 to 1000, such as 10,100") {
            numbers($0, in: 2...1000) != nil
          },
          default: text(defaults.classes)),
        Option(
          "calls", "<count>", "Calls that are measured, after a tenth as many that are not.",
          .integer(1...1_000_000), default: String(defaults.calls)),
        Option(flag: "isolate", "Measure it in a process of its own only."),
        Option(flag: "no-isolate", "Measure it in this process only."),
        timeoutOption, lockDownOption, jsonOption,
      ])
  ],
  notes: [
    "A call is the plugin's step on a made-up batch that holds every input it declares; the host's checks of its "
      + "outputs are left out. Isolated, it includes the way to the other process and back; plain functions are measured "
      + "there only, unless --no-isolate is given. Allocations are counted in this process only: those of all "
      + "languages that end up in malloc, on all threads, a call."
  ],
  examples: [
    "brhost plugin bench gamma-threshold",
    "brhost plugin bench ./my-strategy.so --set gamma=0.5 --batch-sizes 128 --classes 10,1000 --json",
  ],
  prepare: { arguments in
    var options = StrategyBenchmarkOptions(strategy: arguments.operands[0])
    options.settings = arguments.texts("set")
    options.batchSizes =
      arguments.text("batch-sizes").flatMap { numbers($0, in: 1...4096) } ?? options.batchSizes
    options.classes = arguments.text("classes").flatMap { numbers($0, in: 2...1000) } ?? options.classes
    options.calls = arguments.integer("calls") ?? options.calls
    options.isolation = try IsolationOptions(arguments)
    let asJSON = arguments.has("json")
    return { [options] in
      AllocationCounter.preload()
      let progress = StepProgress(isSilent: asJSON)
      try Operations.measure(options, reporting: progress.show).print(asJSON: asJSON)
      return .done
    }
  })

/// The numbers of a list such as `32,128`, at most 64; nil where one is none or out of range.
private func numbers(_ text: String, in range: ClosedRange<Int>) -> [Int]? {
  let parts = text.split(separator: ",", omittingEmptySubsequences: false)
  let numbers = parts.compactMap { Int($0) }.filter(range.contains)
  return numbers.count == parts.count && parts.count <= 64 ? numbers : nil
}

private func text(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
