public import PluginABI
internal import PluginKit

private let library = StrategyLibrary([ERM.self])
@c @implementation public func br_manifest_v1() -> UnsafePointer<CChar>? { unsafe library.manifest }
@c @implementation public func br_strategy_v1(
  _ id: UnsafePointer<CChar>?
) -> UnsafePointer<br_strategy>? { unsafe library.table(id) }
