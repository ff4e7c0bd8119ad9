internal import Host

let doctorCommand = Command(
  "doctor", "Check the machine, the libraries, the plugins and the data; or a run's folder.",
  operands: Operands(
    "<folder>", "The folder of a run: what is left of it, and whether it can go on.", count: 0...1),
  groups: [OptionGroup("Options", [dataDirectoryOption, jsonOption])],
  notes: ["The exit status is 1 where a check failed."],
  examples: ["brhost doctor", "brhost doctor runs/interrupted"],
  prepare: { arguments in
    {
      let report =
        if let run = arguments.operands.first {
          try Operations.examineRun(in: run)
        } else { Operations.examineMachine(dataDirectory: arguments.text("data-dir") ?? "data") }
      try report.print(asJSON: arguments.has("json"))
      return report.hasFailure ? .failedRun : .done
    }
  })
