internal import Foundation

/// The checks of `doctor`, by area.
public enum Doctor {
  /// The compiler that built this program, and the one on the PATH.
  public static func toolchain() -> [DoctorReport.Check] {
    #if compiler(>=6.4)
      let built = "brhost \(brhostVersion), built with Swift 6.4 or later"
    #elseif compiler(>=6.3)
      let built = "brhost \(brhostVersion), built with Swift 6.3"
    #else
      let built = "brhost \(brhostVersion), built with Swift before 6.3"
    #endif
    let found = firstLine(of: "swift", ["--version"])
    return [
      .ok("program", built),
      found.map { .ok("swift", $0) }
        ?? .warning(
          "swift", "not on the PATH; needed to build, not to train",
          remedy: "put the toolchain's usr/bin folder on the PATH."),
    ]
  }

  /// Processor, cores and memory.
  public static func machine() -> [DoctorReport.Check] {
    let memory = Double(ProcessInfo.processInfo.physicalMemory) / 0x1p30
    let size = "\(decimal(memory, places: 1)) GiB"
    let memoryCheck: DoctorReport.Check =
      memory >= 2
      ? .ok("memory", size)
      : .warning("memory", size, remedy: "a smaller '--batch-size' or model where a run is ended for memory.")
    return [.ok("processor", "\(Machine.processor), \(Machine.cores) cores usable"), memoryCheck]
  }

  /// The C libraries, each with a version and where possible a small call.
  public static func libraries() -> [DoctorReport.Check] {
    let product = SystemLibraries.multiplyThroughFFI()
    let ffi: DoctorReport.Check =
      product == 10
      ? .ok("libffi", "a call through it returned the right number")
      : .failed(
        "libffi", "2.5 × 4 through it gave \(product.map { "\($0)" } ?? "an error")",
        remedy: "reinstall libffi-dev and rebuild.")
    return [
      version("zlib", SystemLibraries.zlib, package: "zlib1g-dev"),
      version("libpng", SystemLibraries.png, package: "libpng-dev"),
      ffi, openMP(loadedLibraries: (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""),
    ]
  }

  /// The data sets in `folders`, each with its test set.
  public static func datasets(in folders: DataFolders) -> [DoctorReport.Check] {
    let names = folders.names
    if names.isEmpty {
      return [
        .warning(
          "data", "no data set in '\(folders.folder)'",
          remedy: "'--data-dir' with the folder of NAME_train.npz and NAME_test.npz.")
      ]
    }
    return names.map { name in
      do throws(DataError) {
        let training = try folders.trainingFile(of: name)
        let test = try folders.testFile(of: name)
        return .ok("data", "\(name): \(training), tested on \(test)")
      } catch {
        return .warning("data", error.problem, remedy: error.remedy)
      }
    }
  }

  // MARK: - Single checks

  /// A library that runs should be the one compiled against, at least in its major version.
  package static func version(
    _ name: String, _ versions: (loaded: String, compiled: String), package: String
  ) -> DoctorReport.Check {
    let majors = [versions.loaded, versions.compiled].map { $0.prefix { $0 != "." } }
    if majors[0] == majors[1] { return .ok(name, versions.loaded) }
    return .failed(
      name, "\(versions.loaded) is loaded, but the program was built for \(versions.compiled)",
      remedy: "install \(package), then rebuild.")
  }

  /// No OpenMP runtime may be in the process: its threads would fight with the host's own.
  package static func openMP(loadedLibraries maps: String) -> DoctorReport.Check {
    let runtimes = ["libgomp", "libomp", "libiomp5"].filter { maps.contains("/\($0).so") }
    if runtimes.isEmpty { return .ok("OpenMP", "none in the process") }
    return .failed(
      "OpenMP", "\(runtimes.joined(separator: ", ")) is in the process",
      remedy: "'sudo apt-get install libopenblas0-pthread' and choose it by 'update-alternatives'.")
  }

  // MARK: - Looking around

  /// The first line that the program `name` on the PATH prints.
  private static func firstLine(of name: String, _ arguments: [String]) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let candidates = folders.map { "\($0)/\(name)" }
    guard let path = candidates.first(where: FileManager.default.isExecutableFile) else { return nil }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = (try? output.fileHandleForReading.readToEnd()) ?? nil
    process.waitUntilExit()
    let lines = String(decoding: data ?? Data(), as: UTF8.self).split(separator: "\n")
    return process.terminationStatus == 0 ? lines.first.map(String.init) : nil
  }
}
