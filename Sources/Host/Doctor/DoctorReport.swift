/// What `doctor` found out about the machine, the libraries, the plugins and the data.
public struct DoctorReport: Sendable, Equatable {
  /// One thing looked at.
  public struct Check: Sendable, Equatable {
    /// How a check ended.
    public enum State: String, Sendable {
      case ok
      case warning
      case failed
    }

    /// What was looked at, in a word or two.
    public let subject: String
    /// How it ended.
    public let state: State
    /// What was found.
    public let finding: String
    /// What to do about it; nil where all is well.
    public let remedy: String?

    /// A check that needs no remedy.
    public static func ok(_ subject: String, _ finding: String) -> Check {
      Check(subject: subject, state: .ok, finding: finding, remedy: nil)
    }

    /// Something that training can do without.
    public static func warning(_ subject: String, _ finding: String, remedy: String) -> Check {
      Check(subject: subject, state: .warning, finding: finding, remedy: remedy)
    }

    /// Something that training can't do with.
    public static func failed(_ subject: String, _ finding: String, remedy: String) -> Check {
      Check(subject: subject, state: .failed, finding: finding, remedy: remedy)
    }
  }

  /// The checks, in the order they are shown.
  public let checks: [Check]

  /// A report of `checks`.
  public init(_ checks: [Check]) { self.checks = checks }

  /// Whether any check failed.
  public var hasFailure: Bool { checks.contains { $0.state == .failed } }
}

// MARK: - Text and JSON

extension DoctorReport {
  /// One line a check, a remedy below it where there is one, and a verdict.
  public var text: String {
    let width = checks.map(\.subject.count).max() ?? 0
    var lines: [String] = []
    for check in checks {
      let state = padded(check.state.rawValue, 9, left: true)
      lines.append("\(state)\(padded(check.subject, width, left: true))  \(check.finding)")
      if let remedy = check.remedy { lines.append("         Try: \(remedy)") }
    }
    let failed = checks.count { $0.state == .failed }
    let warnings = checks.count { $0.state == .warning }
    lines.append("\(checks.count) checks: \(failed) failed, \(warnings) with a warning.")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The checks as one JSON object.
  public var json: String {
    let checks = checks.map { check -> JSON in
      [
        "subject": JSON(check.subject), "state": JSON(check.state.rawValue), "finding": JSON(check.finding),
        "remedy": JSON(check.remedy),
      ]
    }
    let value: JSON = ["checks": .array(checks)]
    return value.pretty
  }
}
