extension Chapter {
  /// Where the numbers are from, and how to get them again.
  var provenance: HTML {
    let differing = comparison.settings.filter { !$0.isShared }
    let shared = comparison.settings.filter(\.isShared)
    var html = losses
    if !differing.isEmpty {
      html += Table(
        caption: "Settings that differ.", corner: "setting",
        columns: methods.indices.map { .text(label(of: $0)) },
        rows: differing.map { setting in
          Table.Row(
            head: "\(setting.name)",
            cells: setting.values.map { value in Table.Cell("\(abbreviated(value))") })
        }
      ).html(named: "Settings that differ")
    }
    html += hidden(
      "\(counted(shared.count, "setting")) the same in all runs",
      pairs(
        shared.map { ($0.name, $0.values.first.map { $0 == "null" ? "–" : $0 } ?? "–") }, corner: "setting",
        "Settings that all runs share."))
    html += pairs(origins, corner: "what", "Data, plugins and machines.")
    return html + planCommands + commands
  }

  /// Runs without a result.
  private var losses: HTML {
    let counts = comparison.counts
    var html = paragraph(
      """
      \(counted(counts.planned, "run")) planned, \(counts.done) finished, \(counts.running) running, \
      \(counts.interrupted) interrupted, \(counts.failed) failed.
      """)
    let shown = comparison.losses.prefix(100)
    if !shown.isEmpty {
      html += Table(
        caption: "Runs without a result.", corner: "method",
        columns: [.number("seed"), .text("state"), .long("why")],
        rows: shown.map { loss in
          Table.Row(
            head: "\(Host.shown(loss.method, limit: 120))",
            cells: [
              Table.Cell("\(loss.seed.map { "\($0)" } ?? "–")"), Table.Cell("\(loss.state.rawValue)"),
              Table.Cell("\(Host.shown(loss.reason, limit: 400))"),
            ])
        }
      ).html(named: "Runs without a result")
    }
    let rest = comparison.losses.count - shown.count
    if rest > 0 { html += paragraph("And \(rest) more.") }
    if !comparison.notes.isEmpty {
      let lines = comparison.notes.prefix(50).map { note -> HTML in
        "<li>\(Host.shown(note, limit: 400))</li>\n"
      }
      let rest = comparison.notes.count - lines.count
      let more: HTML = rest > 0 ? "<li>and \(rest) more</li>\n" : ""
      html += "<ul class=\"notes\">\n\(Array(lines))\(more)</ul>\n"
    }
    return html
  }

  private var origins: [(String, String)] {
    let data = comparison.data
    var rows = [
      ("training images", data.trainFile), ("training SHA-256", data.trainSHA256),
      ("test images", data.testFile),
      ("test SHA-256", data.testSHA256),
    ]
    rows += comparison.plugins.map { ("plugin \($0.name)", "SHA-256 \($0.sha256)") }
    for machine in comparison.machines {
      rows.append(("machine", [machine.processor, machine.instructionSet].joined(separator: ", ")))
      rows.append(("matrix library", machine.blas))
    }
    return rows.filter { !$0.1.isEmpty }.map { ($0.0, Host.shown($0.1, limit: 300)) }
  }

  private func pairs(_ rows: [(String, String)], corner: String, _ caption: HTML) -> HTML {
    guard !rows.isEmpty else { return "" }
    return Table(
      caption: caption, corner: corner, columns: [.long("value")],
      rows: rows.map { name, value in Table.Row(head: "\(name)", cells: [Table.Cell("\(value)")]) }
    ).html(named: "Settings and origins")
  }

  /// What made the plans.
  private var planCommands: HTML {
    let lines = comparison.plans.map { plan -> HTML in
      let origin = "in '\(Host.shown(plan.directory, limit: 300))', \(Host.shown(plan.created))"
      return "\(commandLine(plan.commandLine))\(paragraph("\(origin)", style: "soft"))"
    }
    return lines.isEmpty ? "" : paragraph("The comparison was started by:") + lines.joined()
  }

  /// What starts the first run of each method again.
  private var commands: HTML {
    let lines = methods.compactMap { method -> HTML? in
      guard let words = method.runs.first?.commandLine, !words.isEmpty else { return nil }
      return commandLine(words)
    }
    guard !lines.isEmpty else { return "" }
    return paragraph("The first run of each method was started by:") + lines.joined()
  }

  private func commandLine(_ words: [String]) -> HTML {
    let line = words.prefix(200).map(quoted).joined(separator: " ")
    return "<pre>\(Host.shown(line, limit: 4000))</pre>\n"
  }

  /// A word as a shell takes it.
  private func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
          || "-_./=:,+@".unicodeScalars.contains($0)
      }
    return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  /// A long hash by its beginning.
  private func abbreviated(_ value: String) -> String {
    if value == "null" { return "–" }
    let isHash =
      value.utf8.count == 64 && value.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    return isHash ? "\(value.prefix(12))…" : value
  }
}
