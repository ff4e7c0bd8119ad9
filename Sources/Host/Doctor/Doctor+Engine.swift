internal import Models

extension Doctor {
  /// What the numeric engine says about itself, and its matrix product to try.
  package struct Engine {
    /// OpenBLAS's configuration string.
    package var configuration: String
    /// How OpenBLAS runs threads, such as "pthreads".
    package var threading: String
    /// The number of threads that OpenBLAS reports after one was asked for.
    package var threadsAfterAskingForOne: Int
    /// The instruction set that the vector kernels picked.
    package var instructionSet: String
    /// The product of two row-major `[n, n]` matrices, through OpenBLAS.
    package var product: (_ a: [Float], _ b: [Float], _ n: Int) -> [Float]

    package init(
      configuration: String, threading: String, threadsAfterAskingForOne: Int, instructionSet: String,
      product: @escaping (_ a: [Float], _ b: [Float], _ n: Int) -> [Float]
    ) {
      self.configuration = configuration
      self.threading = threading
      self.threadsAfterAskingForOne = threadsAfterAskingForOne
      self.instructionSet = instructionSet
      self.product = product
    }
  }

  /// The engine of this process: OpenBLAS's build, its threads, a small product, and the kernels.
  public static func engine() -> [DoctorReport.Check] {
    BLAS.useOneThread()
    do {
      let pool = try ThreadPool(threads: 1)
      return engine(
        Engine(
          configuration: BLAS.configuration, threading: BLAS.threading,
          threadsAfterAskingForOne: BLAS.threads, instructionSet: InstructionSet.current
        ) { a, b, n in product(a, b, n, on: pool) })
    } catch {
      return [
        .failed("engine", "\(error)", remedy: "fewer processes of this user, or a higher 'ulimit -u'.")
      ]
    }
  }

  private static func product(_ a: [Float], _ b: [Float], _ n: Int, on pool: ThreadPool) -> [Float] {
    var left = Buffer<Float>(count: n * n)
    var right = Buffer<Float>(count: n * n)
    var result = Buffer<Float>(count: n * n)
    for index in 0..<n * n {
      left[index] = a[index]
      right[index] = b[index]
    }
    pool.gemm(left, (n, n, n), right, (n, n, n), into: &result, stride: n)
    return result.array()
  }

  /// OpenBLAS's build, its threads and a small product against a plain loop; the kernels' instruction set.
  package static func engine(_ engine: Engine) -> [DoctorReport.Check] {
    let remedy = "'sudo apt-get install libopenblas0-pthread' and choose it by 'update-alternatives'."
    let threads = engine.threadsAfterAskingForOne
    let threading: DoctorReport.Check =
      threads == 1
      ? .ok("threads", "OpenBLAS (\(engine.threading)) runs one thread, as asked")
      : .failed(
        "threads", "OpenBLAS (\(engine.threading)) runs \(threads) threads, asked for 1", remedy: remedy)
    let error = productError(of: engine)
    let product: DoctorReport.Check =
      error <= 1e-4
      ? .ok("sgemm", "agrees with a plain loop")
      : .failed("sgemm", "differs from a plain loop by \(error)", remedy: remedy)
    return [
      .ok("OpenBLAS", engine.configuration), threading, product, .ok("kernels", engine.instructionSet),
    ]
  }

  /// The largest difference of the engine's product from a plain loop's, over matrices of whole eighths.
  private static func productError(of engine: Engine) -> Float {
    let n = 37
    let a = (0..<n * n).map { Float($0 * 7 % 17 - 8) / 8 }
    let b = (0..<n * n).map { Float($0 * 5 % 13 - 6) / 8 }
    let product = engine.product(a, b, n)
    guard product.count == n * n else { return .infinity }
    var largest: Float = 0
    for row in 0..<n {
      for column in 0..<n {
        let expected = (0..<n).reduce(Float(0)) { $0 + a[row * n + $1] * b[$1 * n + column] }
        let difference = abs(product[row * n + column] - expected)
        largest = difference.isNaN ? .infinity : max(largest, difference)
      }
    }
    return largest
  }

  /// What the plugin search finds, and what it refuses.
  public static func plugins(_ catalog: PluginCatalog = .standard(.isolated(Isolation()))) -> [DoctorReport
    .Check]
  {
    let listings = catalog.list()
    let found = listings.flatMap { (try? $0.library.get())?.manifest.strategies.map(\.id) ?? [] }
    let refused = listings.compactMap { listing -> String? in
      if case .failure(let error) = listing.library { error.problem } else { nil }
    }
    return plugins(searchPath: catalog.folders.map(\.path), found: found, refused: refused)
  }

  /// Where plugins are looked for, what was found there and what was refused.
  ///
  /// - Parameters:
  ///   - searchPath: the folders, in their order.
  ///   - found: the ids of the strategies.
  ///   - refused: a line for every file that was refused.
  package static func plugins(
    searchPath: [String], found: [String], refused: [String]
  ) -> [DoctorReport.Check] {
    let folders = searchPath.isEmpty ? "no folder" : searchPath.joined(separator: ", ")
    let strategies: DoctorReport.Check =
      found.isEmpty
      ? .failed(
        "plugins", "none in \(folders)",
        remedy: "'make build', or BRHOST_PLUGIN_PATH with the folder of the plugins.")
      : .ok("plugins", "\(found.joined(separator: ", ")) in \(folders)")
    return [strategies]
      + refused.map {
        .warning("plugins", $0, remedy: "'brhost plugin info' with that file's path says more.")
      }
  }
}
