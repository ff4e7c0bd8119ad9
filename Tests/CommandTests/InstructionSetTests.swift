internal import Foundation
internal import Host
internal import TestSupport
internal import Testing

/// `BRHOST_ISA` chooses the kernels of every command.
@Suite struct InstructionSetTests {
  private func brhost(_ arguments: [String], isa: String?) throws -> ProgramResult {
    let variables = isa.map { [InstructionSetChoice.variable: $0] } ?? [:]
    return try run(program, arguments, in: Repository.root, environment: variables)
  }

  @Test func everySetTrainsAlikeAndIsRecorded() throws {
    try Repository.withTemporaryFolder { folder in
      var weights: [[Float]] = []
      for isa in InstructionSetChoice.available {
        let run = folder.appendingPathComponent(isa).path
        let result = try brhost(
          ["train", "--dataset", "digits-lt", "--steps", "2", "--run-dir", run], isa: isa)
        #expect(result.status == 0, "\(isa): \(result.errors)")
        let description = try JSON(parsing: Array(Data(contentsOf: URL(fileURLWithPath: run + "/run.json"))))
        #expect(description["machine"]?["instruction_set"]?.string == isa)
        let tensors = try SafeTensors(readingFrom: run + "/weights.safetensors").tensors
        weights.append(tensors.filter { $0.name.hasSuffix("weight") }.flatMap { $0.floats() })
      }
      for (isa, found) in zip(InstructionSetChoice.available, weights) {
        let distance = zip(found, weights[0]).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        #expect(found.count == weights[0].count && distance < 1e-3, "\(isa) is \(distance) off")
      }
    }
  }

  @Test(arguments: InstructionSetChoice.available) func doctorAndBenchNameTheSet(_ isa: String) throws {
    #expect(try brhost(["doctor", "--json"], isa: isa).output.contains(#""finding": "\#(isa)""#))
    let bench = ["bench", "--model", "resnet8", "--batch-size", "8", "--steps", "1", "--json"]
    #expect(try brhost(bench, isa: isa).output.contains(#""instruction_set": "\#(isa)""#))
  }

  @Test(arguments: ["mmx", "AVX2", " "]) func unknownSetIsAMistakeOfUsage(_ isa: String) throws {
    let available = InstructionSetChoice.available
    let result = try brhost(["bench", "--steps", "1"], isa: isa)
    #expect(result.status == 64 && result.output.isEmpty)
    #expect(
      result.errors == """
        brhost: BRHOST_ISA is '\(isa)', but this machine has \(available.joined(separator: ", "))
          Try: BRHOST_ISA=\(available[0]), or the same line without the variable.

        """)
  }

  @Test(arguments: [nil, ""]) func withoutANameTheWidestIsTaken(_ isa: String?) throws {
    let output = try brhost(["doctor", "--json"], isa: isa).output
    #expect(output.contains(#""finding": "\#(InstructionSetChoice.available[0])""#))
  }

  @Test(arguments: [["help"], ["version"]]) func explanationsNeedNoSet(_ line: [String]) throws {
    #expect(try brhost(line, isa: "mmx").status == 0)
  }
}
