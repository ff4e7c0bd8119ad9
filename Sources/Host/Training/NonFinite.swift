/// What to do with a step whose loss, gradient or weights are not finite.
public enum NonFinitePolicy: String, CaseIterable, Sendable {
  /// End the run.
  case stop
  /// Go on with the next batch; network, optimizer and scores as if this one had not been. A plugin with state has seen
  /// it.
  case skip
}

/// A number of a step that is infinite or NaN. The step has changed nothing that is learnt.
public struct NonFinite: Error, Equatable, Sendable {
  /// Where it was found.
  public enum Place: Equatable, Sendable {
    /// The losses of samples.
    case loss
    /// The gradient of the losses by a sample's logits.
    case logitGradient
    /// The gradient of the batch loss by a parameter.
    case gradient(parameter: String)
    /// An output of a plugin.
    case output(String)
  }

  /// Where it was found.
  public let place: Place
  /// The samples whose numbers these are, the whole batch where it is its gradient; at least one.
  public let samples: [Int64]
  /// The first such number.
  public let value: Float
  /// The ids of the strategy and, after a "+", of the objective.
  public let method: String

  /// What was not finite.
  public var text: String {
    let shown = samples.prefix(8).map(String.init).joined(separator: ", ")
    let more = samples.count > 8 ? " and \(samples.count - 8) more" : ""
    let ids = samples.count == 1 ? "sample \(shown)" : "samples \(shown)\(more)"
    return switch place {
    case .loss: "the loss of \(ids) is \(value)"
    case .logitGradient: "the loss's gradient by the logits of \(ids) holds \(value)"
    case .gradient(let parameter): "the gradient of '\(parameter)' over \(ids) holds \(value)"
    case .output(let output): "the \(output) that \(ids) got is \(value)"
    }
  }
}
