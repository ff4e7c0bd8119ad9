internal import Host

let doctorCommand = Command(
  "doctor", "Check the machine, the libraries, the plugins and the data.",
  groups: [OptionGroup("Options", [dataDirectoryOption, jsonOption])],
  notes: ["The exit status is 1 where a check failed."],
  examples: ["brhost doctor"],
  prepare: { arguments in
    {
      let report = Operations.examineMachine(dataDirectory: arguments.text("data-dir") ?? "data")
      try report.print(asJSON: arguments.has("json"))
      return report.hasFailure ? .failedRun : .done
    }
  })
