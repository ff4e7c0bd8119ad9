internal import Foundation

/// The machine that a run trains on, as far as its results and times depend on it.
public struct Machine: Sendable, Equatable {
  /// The machine's name in its network.
  public var host: String
  /// The processor's model.
  public var processor: String
  /// The cores that this process may use.
  public var cores: Int
  /// The threads of the numeric kernels.
  public var threads: Int
  /// The instruction set that the kernels were picked for.
  public var instructionSet: String
  /// The build of the matrix library.
  public var blas: String

  /// This machine, with what the engine says about itself.
  public static func current(threads: Int, instructionSet: String, blas: String) -> Machine {
    Machine(
      host: hostName, processor: processor, cores: cores, threads: threads, instructionSet: instructionSet,
      blas: blas)
  }

  /// The machine's name in its network; "localhost" where it has none.
  static var hostName: String {
    let host = text(of: "/proc/sys/kernel/hostname").trimmingCharacters(in: .whitespacesAndNewlines)
    return host.isEmpty ? "localhost" : host
  }

  /// The cores that this process may use.
  public static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// The processor's model; "unknown" where the system does not tell.
  public static var processor: String { processor(in: text(of: "/proc/cpuinfo")) ?? "unknown" }

  /// The processor's model as `/proc/cpuinfo` gives it.
  package static func processor(in cpuinfo: String) -> String? {
    for line in cpuinfo.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let key = parts[0].trimmingCharacters(in: .whitespaces)
      if key == "model name" || key == "Model" { return parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return nil
  }

  /// The most memory that this process has held, in bytes; nil where the system does not tell.
  public static var peakMemory: Int? {
    let line = text(of: "/proc/self/status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 * 1024 }
  }

  private static func text(of path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}
