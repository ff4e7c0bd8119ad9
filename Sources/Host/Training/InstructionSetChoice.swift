internal import Foundation
internal import Models

/// The user's word on the kernels' instruction set: the environment variable `BRHOST_ISA`.
public enum InstructionSetChoice {
  /// The variable's name.
  public static let variable = "BRHOST_ISA"

  /// The names that the variable may hold on this machine, the widest set first.
  public static var available: [String] { InstructionSet.available }

  /// Makes the kernels use the set that the variable names; the widest where it names none.
  ///
  /// To be called before anything is computed.
  public static func apply() throws(InstructionSetError) {
    guard let name = ProcessInfo.processInfo.environment[variable], !name.isEmpty else { return }
    guard InstructionSet.select(name) else { throw .unavailable(name, available: available) }
  }
}

/// Why the kernels cannot use the instruction set asked for.
public enum InstructionSetError: Failure, Equatable {
  case unavailable(String, available: [String])

  /// What was asked for, and what there is.
  public var problem: String {
    switch self {
    case .unavailable(let name, let available):
      "\(InstructionSetChoice.variable) is '\(name)', but this machine has "
        + available.joined(separator: ", ")
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .unavailable(_, let available):
      "\(InstructionSetChoice.variable)=\(available[0]), or the same line without the variable."
    }
  }

  /// A mistake of usage.
  public var status: ExitStatus { .usage }
}
