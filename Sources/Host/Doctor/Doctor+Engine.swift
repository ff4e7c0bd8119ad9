extension Doctor {
  /// What the numeric engine says about itself, and its matrix product to try.
  public struct Engine {
    /// OpenBLAS's configuration string.
    public let configuration: String
    /// How OpenBLAS takes its threads, such as "pthreads".
    public let threading: String
    /// The number of threads that OpenBLAS reports after one was asked for.
    public let threadsAfterAskingForOne: Int
    /// The instruction set that the vector kernels picked.
    public let instructionSet: String
    /// The product of two row-major `[n, n]` matrices, through OpenBLAS.
    public let product: (_ a: [Float], _ b: [Float], _ n: Int) -> [Float]

    /// An engine; every argument is the property of its name.
    public init(
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

  /// OpenBLAS's build, its threads and a small product against a plain loop; the kernels' instruction set.
  public static func engine(_ engine: Engine) -> [DoctorReport.Check] {
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

  /// Where plugins are looked for, what was found there and what was refused.
  ///
  /// - Parameters:
  ///   - searchPath: the folders, in their order.
  ///   - found: the ids of the strategies.
  ///   - refused: a line for every file that was refused.
  public static func plugins(
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
