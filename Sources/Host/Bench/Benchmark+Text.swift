extension Phase {
  /// The key in JSON.
  var key: String {
    switch self {
    case .data: "data"
    case .forward: "forward"
    case .objective: "objective"
    case .sampleGradients: "per_sample_gradients"
    case .strategy: "strategy"
    case .backward: "backward"
    case .update: "update"
    }
  }
}

extension Benchmark {
  /// The figures for people.
  public var text: String {
    let source = gradientSource == "layer" ? "" : ", gradient source \(gradientSource)"
    var lines = [
      "\(model) on \(dataset): batches of \(batchSize), \(strategy)\(source), \(threads) threads, \(instructionSet)",
      "  median of \(steps) steps after \(warmup), in milliseconds", row("step", step.median) + spread(step),
    ]
    for phase in Phase.allCases {
      lines.append(row("  " + phase.key.replacing("_", with: " "), phases[phase] ?? 0, share: true))
    }
    let memory = memory.map { "\($0 >> 20) MiB at most" } ?? "unknown"
    lines += [
      row("  other", other, share: true), row("evaluation", evaluation.median) + spread(evaluation),
      "training    \(decimal(imagesPerSecond, places: 0)) images/s",
      "arithmetic  \(decimal(rate, places: 0)) GFLOP/s as plain convolutions count; Winograd's need a quarter",
      "peak        \(decimal(peak, places: 0)) GFLOP/s, with registers alone",
      "memory      \(memory)",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private func row(_ name: String, _ milliseconds: Double, share: Bool = false) -> String {
    let figure = padded(name, 24, left: true) + padded(decimal(milliseconds, places: 2), 10)
    return share ? figure + padded(percent(milliseconds / step.median), 9) : figure
  }

  private func spread(_ spread: Spread) -> String {
    let figures = [spread.least, spread.quantile(0.1), spread.quantile(0.9)].map { decimal($0, places: 2) }
    return "    least \(figures[0]), a tenth below \(figures[1]), a tenth above \(figures[2])"
  }

  /// The figures for programs; times in milliseconds.
  public var json: String {
    let quantiles = { (spread: Spread) -> [JSON.Member] in
      [
        .init("median", JSON(spread.median)), .init("p10", JSON(spread.quantile(0.1))),
        .init("p90", JSON(spread.quantile(0.9))), .init("min", JSON(spread.least)),
      ]
    }
    let value: JSON = [
      "model": JSON(model), "dataset": JSON(dataset), "batch_size": JSON(batchSize),
      "threads": JSON(threads), "strategy": JSON(strategy), "gradient_source": JSON(gradientSource),
      "instruction_set": JSON(instructionSet), "version": JSON(brhostVersion), "warmup": JSON(warmup),
      "steps": JSON(steps), "step_ms": .object(quantiles(step) + [.init("all", JSON(step.all))]),
      "images_per_second": JSON(imagesPerSecond),
      "phases_ms": .object(
        Phase.allCases.map { .init($0.key, JSON(phases[$0])) } + [.init("other", JSON(other))]),
      "evaluation_ms": .object(quantiles(evaluation)), "gflops": JSON(rate), "peak_gflops": JSON(peak),
      "peak_memory_bytes": JSON(memory),
    ]
    return value.pretty
  }
}
