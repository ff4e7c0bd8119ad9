import Host
import PluginKit
import Testing

/// PluginKit names what the host knows.
@Suite struct RegistryTests {
  @Test func inputsAndOutputsAreTheHosts() {
    #expect(Input.allCases.map(\.rawValue) == StrategyInput.allCases.map(\.rawValue))
    #expect(Output.allCases.map(\.rawValue) == StrategyOutput.allCases.map(\.rawValue))
  }
}
