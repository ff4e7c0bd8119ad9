internal import Host

let reportCommand = Command(
  "report", "Show what runs reached, and how they differ.",
  operands: Operands("<run-folder>", "Folders of finished runs, or a folder of them.", count: 1...1000),
  groups: [
    OptionGroup(
      "Options",
      [
        Option("html", "<file>", "Also write all of it as a page with pictures, HTML."),
        Option("svg", "<file>", "Also draw the runs' curves, SVG."), jsonOption,
      ])
  ],
  examples: [
    "brhost report runs/digits-lt_erm_seed1 runs/digits-lt_gamma-threshold_seed1",
    "brhost report runs --svg runs.svg",
  ],
  prepare: { arguments in
    {
      try Operations.report(
        runs: arguments.operands, html: arguments.text("html"), svg: arguments.text("svg")
      )
      .print(asJSON: arguments.has("json"))
      return .done
    }
  })
