package import Host

/// The program: reads the command line, runs the command, and says how it ended.
package enum CommandLineTool {
  /// Runs `line`, the words after the program's name, and returns the exit status.
  package static func run(_ line: [String]) -> ExitStatus {
    Terminal.occupyClosedStreams()
    Terminal.ignoreWriteSignals()
    do {
      switch try Parser(commands).parse(line) {
      case .version:
        try Terminal.print("brhost \(brhostVersion)\n")
      case .help(let path):
        try Terminal.print(path.isEmpty ? Help.overview(of: commands) : Help.text(for: path))
      case .run(let path, let arguments):
        let action = try path.last?.prepare(arguments)
        try InstructionSetChoice.apply()
        return try action?() ?? .done
      }
      return .done
    } catch let failure as any Failure {
      Terminal.say("\(failure)")
      return failure.status
    } catch {
      Terminal.say("\(error)\n  Try: 'brhost doctor', which checks what this program relies on.")
      return .failedRun
    }
  }

  /// Throws what a run of `line` would complain about before it began to work.
  package static func check(_ line: [String]) throws {
    if case .run(let path, let arguments) = try Parser(commands).parse(line) {
      _ = try path.last?.prepare(arguments)
    }
  }
}
