public import PluginABI
internal import PluginKit

private let library = StrategyLibrary([
  LearningToReweight.self, MetaWeightNet.self,
])
/// The manifest of this library.
@c @implementation public func br_manifest_v1() -> UnsafePointer<CChar>? { unsafe library.manifest }
/// The functions of a strategy of this library.
@c @implementation public func br_strategy_v1(
  _ id: UnsafePointer<CChar>?
) -> UnsafePointer<br_strategy>? { unsafe library.table(id) }
