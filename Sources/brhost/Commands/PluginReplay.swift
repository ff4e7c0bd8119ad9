internal import Host

let pluginReplayCommand = Command(
  "replay", "Have a strategy weigh a recorded run's batches again.",
  groups: [
    OptionGroup(
      "What is replayed",
      [
        Option("trace", "<folder>", "What 'brhost train --record' left.", required: true),
        Option(
          "strategy", "<name>", "A plugin's id ('brhost plugin list'), or the path of its library.",
          required: true),
        setOption,
        Option(
          "against", "<name>", "A second strategy, to compare the weights with.",
          default: "the recorded weights"),
        Option(
          "against-set", "<name=value>", "A parameter of the second strategy.", .assignment, repeatable: true),
        Option(
          "steps", "<first-last>", "The steps to tell of, such as 0-99; those before are fed, too.",
          .custom(expected: "a step such as 7, or steps such as 0-99") { stepRange($0) != nil },
          default: "all"),
      ]),
    OptionGroup(
      "Options",
      isolationOptions + [Option("picture", "<file>", "Also draw the weights, SVG."), jsonOption]),
  ],
  notes: [
    "The strategy sees the inputs that the run computed. That its weights would have led the run elsewhere is left "
      + "out of account.",
    "The effective sample size is 1 / Σw² of weights that sum to 1; a correlation with weights that are all equal is "
      + "not defined.",
  ],
  examples: [
    "brhost plugin replay --trace steps --strategy gamma-threshold --set temp=8 --picture replay.svg",
    "brhost plugin replay --trace steps --strategy ./my-strategy.so --against erm --steps 0-99",
  ],
  prepare: { arguments in
    if arguments.has("against-set"), !arguments.has("against") {
      throw UsageError.missingOption("--against", placeholder: "<name>", command: "plugin replay")
    }
    var options = ReplayOptions(
      trace: arguments.text("trace") ?? "", strategy: arguments.text("strategy") ?? "")
    options.settings = arguments.texts("set")
    options.against = arguments.text("against")
    options.againstSettings = arguments.texts("against-set")
    options.steps = arguments.text("steps").flatMap(stepRange)
    options.isolation = try IsolationOptions(arguments)
    let picture = arguments.text("picture")
    let asJSON = arguments.has("json")
    return { [options] in
      let progress = StepProgress(isSilent: asJSON)
      try Operations.replay(options, picture: picture, progress: progress.show).print(asJSON: asJSON)
      return .done
    }
  })

/// The steps that `7` or `0-99` means.
private func stepRange(_ text: String) -> ClosedRange<Int>? {
  let parts = text.split(separator: "-", omittingEmptySubsequences: false)
  guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isASCII) }),
    let first = Int(parts[0]), let last = Int(parts[parts.count - 1]), first >= 0, first <= last
  else { return nil }
  return first...last
}
