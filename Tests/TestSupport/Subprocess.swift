public import Foundation

/// What a program printed and how it ended.
public struct ProgramResult: Sendable {
  /// The exit status; 128 + signal where a signal ended the program.
  public let status: Int32
  /// Everything written to standard output.
  public let output: String
  /// Everything written to standard error.
  public let errors: String
}

/// Runs `program` to its end; standard input is empty.
public func run(
  _ program: URL, _ arguments: [String] = [], in folder: URL? = nil, environment: [String: String] = [:]
) throws -> ProgramResult {
  let process = Process()
  process.executableURL = program
  process.arguments = arguments
  process.currentDirectoryURL = folder
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  process.standardInput = FileHandle.nullDevice
  return try Repository.withTemporaryFolder { temporary in
    let files = ["output", "errors"].map { temporary.appendingPathComponent($0) }
    for file in files { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    process.waitUntilExit()
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    let status = process.terminationStatus
    return ProgramResult(
      status: process.terminationReason == .exit ? status : 128 + status, output: texts[0], errors: texts[1])
  }
}

/// The real readers of our files (numpy, safetensors, tensorboard), which `make deps` puts into `.venv`.
public enum Python {
  /// The interpreter of `.venv`, or nil where it is absent; tests then skip by name.
  public static var interpreter: URL? {
    let file = Repository.root.appendingPathComponent(".venv/bin/python3")
    return FileManager.default.isExecutableFile(atPath: file.path) ? file : nil
  }

  /// Runs `script` with `arguments` as `sys.argv[1:]`.
  public static func run(_ script: String, _ arguments: [String] = []) throws -> ProgramResult {
    guard let interpreter else { throw CocoaError(.fileNoSuchFile) }
    return try TestSupport.run(interpreter, ["-c", script] + arguments)
  }
}
