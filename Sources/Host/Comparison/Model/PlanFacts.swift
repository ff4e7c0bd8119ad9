/// Where the runs of a report were planned.
public struct PlanFacts: Sendable, Hashable {
  /// The comparison's folder.
  public let folder: String
  /// The command that made the plan.
  public let commandLine: [String]
  /// The folder that the command was given in.
  public let directory: String
  /// When it was made, in UTC, and by which version of brhost.
  public let created, version: String

  init(_ plan: ComparisonPlan, in folder: String) {
    self.folder = folder
    commandLine = plan.commandLine
    directory = plan.directory
    created = plan.created
    version = plan.version
  }
}
