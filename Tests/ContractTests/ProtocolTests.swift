import PluginKit
import Testing

/// What a strategy gives follows from the protocol that it adopts.
@Suite struct ProtocolTests {
  /// A loss that is 0.
  private struct Flat: Objective {
    static let manifest = Manifest(id: "flat", version: "1", name: "Flat", summary: "Zero.", inputs: [])

    init(parameters: Parameters, setup: Setup) {}

    mutating func evaluate(
      _ batch: Batch, into losses: inout MutableSpan<Float>, logitGradients: inout MutableSpan<Float>
    ) {
      for i in losses.indices { losses[i] = 0 }
      for i in logitGradients.indices { logitGradients[i] = 0 }
    }
  }

  @Test func outputsOfAnObjectiveFollowFromTheProtocol() {
    #expect(Flat.outputs == [.loss, .logitGradient])
  }
}
