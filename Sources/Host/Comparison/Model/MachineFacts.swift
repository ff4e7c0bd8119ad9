/// Where a run was trained, in words; empty where it does not say.
public struct MachineFacts: Sendable, Hashable {
  /// The processor's model, its cores and the threads that were used.
  public let processor: String
  /// The instruction set of the kernels.
  public let instructionSet: String
  /// The build of the matrix library.
  public let blas: String

  init(_ machine: JSON?) {
    func number(of noun: String) -> String {
      machine?["\(noun)s"]?.int.map { counted($0, noun) } ?? "? \(noun)s"
    }
    let model = shown(machine?["processor"]?.string ?? "", limit: 100)
    processor = model.isEmpty ? "" : "\(model), \(number(of: "core")), \(number(of: "thread"))"
    instructionSet = shown(machine?["instruction_set"]?.string ?? "")
    blas = shown(machine?["blas"]?.string ?? "", limit: 200)
  }
}
