extension SGD {
  /// The velocity of every parameter, under its name and in its shape.
  public var state: [StateTensor] {
    zip(parameters, velocities).map { parameter, velocity in
      StateTensor(name: parameter.name, shape: parameter.shape, elements: .float32(velocity.data.array()))
    }
  }

  /// Takes over the velocities, all or none of them.
  public mutating func load(_ tensors: [StateTensor]) throws(StateError) {
    let given = try StateTensor.match(tensors, to: state)
    for (parameter, velocity) in zip(parameters, velocities) {
      guard case .float32(let values) = given[parameter.name]?.elements else { continue }
      for (i, value) in values.enumerated() { velocity.data[i] = value }
    }
  }
}
