/// Stochastic gradient descent with momentum and coupled weight decay, as PyTorch's `SGD`:
///
/// `g = gradient + decay · value`, `v = momentum · v + g`, `value −= rate · (nesterov ? g + momentum · v : v)`.
public struct SGD: ~Copyable {
  /// The constants of the update.
  public struct Settings: Equatable, Sendable {
    /// How much of the velocity survives a step, in 0..<1.
    public var momentum: Float
    /// The factor of the L2 penalty's gradient, on every parameter.
    public var weightDecay: Float
    /// Whether the step looks ahead along the new velocity.
    public var nesterov: Bool

    /// The constants of the update.
    public init(momentum: Float = 0.9, weightDecay: Float = 1e-4, nesterov: Bool = false) {
      self.momentum = momentum
      self.weightDecay = weightDecay
      self.nesterov = nesterov
    }
  }

  private let settings: Settings
  let parameters: [Parameter]
  let velocities: [Storage]

  /// An optimizer at rest for the network's parameters.
  public init(_ network: Network, settings: Settings) {
    self.settings = settings
    parameters = network.parameters
    velocities = parameters.map { Storage(count: $0.count) }
  }

  /// Moves every parameter against its gradient at the given learning rate.
  public mutating func update(rate: Float) {
    let rule = SGDRule(
      rate: rate, momentum: settings.momentum, decay: settings.weightDecay, nesterov: settings.nesterov)
    for (parameter, velocity) in zip(parameters, velocities) {
      sgdUpdate(
        rule, count: parameter.count, gradient: parameter.gradient, velocity: &velocity.data,
        value: &parameter.value)
    }
  }
}
