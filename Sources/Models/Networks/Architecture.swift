/// The networks that can be trained, by name.
public enum Architecture: String, CaseIterable, Sendable {
  case mlp
  case resnet8
  case resnet20
  case resnet32
  case resnet44
  case resnet56
  case resnet110
  case resnet32Bottleneck = "resnet32-bottleneck"

  /// What the network is, in a line.
  public var summary: String {
    switch self {
    case .mlp: "two hidden layers of 256 rectified units"
    case .resnet8: "CIFAR ResNet of 8 layers, for small images"
    case .resnet20, .resnet32, .resnet44, .resnet56, .resnet110:
      "CIFAR ResNet of \(rawValue.dropFirst(6)) layers (He et al., CVPR 2016), option A shortcuts"
    case .resnet32Bottleneck: "1×1–3×3–1×1 blocks of constant width, five at each of 16, 32 and 64 channels"
    }
  }

  func build(_ x: Value, classes: Int, with builder: inout NetworkBuilder) -> Value {
    switch self {
    case .mlp: builder.mlp(x, classes: classes)
    case .resnet8: builder.resnet(x, blocksPerStage: 1, classes: classes)
    case .resnet20: builder.resnet(x, blocksPerStage: 3, classes: classes)
    case .resnet32: builder.resnet(x, blocksPerStage: 5, classes: classes)
    case .resnet44: builder.resnet(x, blocksPerStage: 7, classes: classes)
    case .resnet56: builder.resnet(x, blocksPerStage: 9, classes: classes)
    case .resnet110: builder.resnet(x, blocksPerStage: 18, classes: classes)
    case .resnet32Bottleneck: builder.bottleneckResNet(x, blocksPerStage: 5, classes: classes)
    }
  }
}

// MARK: - Networks as their papers write them

extension NetworkBuilder {
  /// Flatten, two hidden layers, a classifier.
  mutating func mlp(_ x: Value, classes: Int) -> Value {
    var x = flatten(x)
    for name in ["hidden1", "hidden2"] { x = relu(linear(name, x, outputs: 256)) }
    return linear("linear", x, outputs: classes)
  }

  /// The CIFAR ResNet of He et al. (CVPR 2016, section 4.2): `6 · blocksPerStage + 2` layers.
  mutating func resnet(_ x: Value, blocksPerStage: Int, classes: Int) -> Value {
    var x = relu(batchNorm("bn1", convolution("conv1", x, outputs: 16, kernel: 3, padding: 1)))
    for (stage, width) in [16, 32, 64].enumerated() {
      for block in 0..<blocksPerStage {
        x = basicBlock(
          "layer\(stage + 1).\(block)", x, width: width, stride: stage > 0 && block == 0 ? 2 : 1)
      }
    }
    return linear("linear", averagePool(x), outputs: classes)
  }

  private mutating func basicBlock(_ name: String, _ x: Value, width: Int, stride: Int) -> Value {
    var y = convolution("\(name).conv1", x, outputs: width, kernel: 3, stride: stride, padding: 1)
    y = relu(batchNorm("\(name).bn1", y))
    let shortcut = stride == 1 && x.channels == width ? x : self.shortcut(x, outputs: width, stride: stride)
    y = batchNorm("\(name).bn2", convolution("\(name).conv2", y, outputs: width, kernel: 3, padding: 1))
    return relu(add(shortcut, to: y))
  }

  /// Blocks 1×1 → 3×3 → 1×1 of constant width, with a learned shortcut at the head of each stage; the first
  /// convolution sees the image with three zeros around it, and a BatchNorm without ReLU stands before the pooling.
  mutating func bottleneckResNet(_ x: Value, blocksPerStage: Int, classes: Int) -> Value {
    var x = relu(batchNorm("bn1", convolution("conv1", x, outputs: 16, kernel: 3, padding: 3)))
    for (stage, width) in [16, 32, 64].enumerated() {
      for block in 0..<blocksPerStage {
        x = bottleneckBlock(
          "layer\(stage + 1).\(block)", x, width: width, stride: stage > 0 && block == 0 ? 2 : 1,
          learnedShortcut: block == 0)
      }
    }
    return linear("linear", averagePool(batchNorm("bn2", x)), outputs: classes)
  }

  private mutating func bottleneckBlock(
    _ name: String, _ x: Value, width: Int, stride: Int, learnedShortcut: Bool
  ) -> Value {
    var y = relu(batchNorm("\(name).bn1", convolution("\(name).conv1", x, outputs: width, kernel: 1)))
    y = convolution("\(name).conv2", y, outputs: width, kernel: 3, stride: stride, padding: 1)
    y = relu(batchNorm("\(name).bn2", y))
    y = batchNorm("\(name).bn3", convolution("\(name).conv3", y, outputs: width, kernel: 1))
    guard learnedShortcut else { return relu(add(x, to: y)) }
    let shortcut = convolution("\(name).conv_shortcut", x, outputs: width, kernel: 1, stride: stride)
    return relu(add(y, to: batchNorm("\(name).bn_shortcut", shortcut)))
  }
}
