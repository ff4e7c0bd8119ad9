/// The files that may say `unsafe`, each with its reason: one small wrapper for each C library or kernel area.
let unsafeFiles = unsafeCode.merging(
  strategyFolders.map { ("Sources/Strategies/\($0)/Exports.swift", "exports the two C functions") }
) { $1 }

/// The folders of `Sources/Strategies`, each the module of a library.
let strategyFolders = Set(
  SourceTree.swift(under: "Sources/Strategies").map { String($0.path.split(separator: "/")[2]) })

private let unsafeCode = [
  // Models: memory, kernels, matrix products, threads.
  "Sources/Models/Compute/BLAS.swift": "calls OpenBLAS",
  "Sources/Models/Compute/Buffer.swift": "owns numeric memory",
  "Sources/Models/Compute/Kernels+Activations.swift": "calls the C kernels on buffers",
  "Sources/Models/Compute/Kernels+Channels.swift": "calls the C kernels on buffers",
  "Sources/Models/Compute/Kernels+Gram.swift": "calls the C kernels on buffers",
  "Sources/Models/Compute/Kernels.swift": "calls the C kernels on buffers",
  "Sources/Models/Compute/Peak.swift": "calls the C kernel that measures the peak",
  "Sources/Models/Compute/ThreadPool.swift": "owns the C thread pool",

  // Host: C libraries and system calls.
  "Sources/Host/Data/Archive/Zlib.swift": "calls zlib",
  "Sources/Host/Doctor/SystemLibraries.swift": "calls libffi, zlib and libpng",
  "Sources/Host/Files/SystemCalls.swift": "wraps system calls on files",

  "Sources/Host/Authoring/Templates/RustBindings.swift": "holds a text in Rust",
  "Sources/Host/Authoring/Templates/RustTemplate.swift": "holds a text in Rust",
  "Sources/Host/Data/Loading/Batch.swift": "is handed between threads under the queue's lock",
  "Sources/Host/Data/Loading/BatchQueue.swift": "orders the threads that share batches",
  "Sources/Host/Data/Import/Formats/PNGImage.swift": "calls libpng",
  "Sources/Host/Data/Report/PNGFile.swift": "calls libpng",
  "Sources/Host/Bench/AllocationCounter.swift": "preloads the C library that counts, and calls it",
  "Sources/Host/Training/Interruption.swift": "lets signals through",
  "Sources/Host/Plugins/BareFunctions/BareCall.swift": "calls functions through libffi",
  "Sources/Host/Plugins/BareFunctions/BareFunctionCode.swift": "finds functions and acts as a table of them",
  "Sources/Host/Plugins/Isolation/ChildProcess.swift": "starts, awaits and reaps a process",
  "Sources/Host/Plugins/Isolation/Desk.swift": "shares a step's place and answer with another process",
  "Sources/Host/Plugins/Isolation/MessageChannel.swift": "reads and writes a socket",
  "Sources/Host/Plugins/Isolation/SharedMemory.swift": "owns memory of two processes",
  "Sources/Host/Plugins/Isolation/TensorRegion.swift": "places tensors in shared memory",
  "Sources/Host/Plugins/LocalStrategy.swift": "owns a plugin's instance and calls it",
  "Sources/Host/Plugins/PluginLibrary.swift": "opens libraries and reads their tables",
  "Sources/Host/Plugins/Scratch.swift": "owns memory lent to plugins",
  "Sources/Host/Plugins/StrategyFunctions.swift": "is a strategy's code as the ABI's functions",
  "Sources/Host/Plugins/StrategyPorts.swift": "owns the views that a plugin is shown",
  "Sources/Host/Plugins/Trampoline.swift": "is called by plugins",

  // The conformance check: odd records, the process around a plugin, processes for tests.
  "Sources/Host/Authoring/Conformance/GuardedRecord.swift":
    "puts records before memory that must not be read",
  "Sources/Host/Authoring/Conformance/LibraryProbe.swift": "asks a library for its symbols",
  "Sources/Host/Authoring/Conformance/RawStrategy.swift": "calls strategies with records of odd sizes",
  "Sources/Host/Authoring/Conformance/Surroundings.swift": "asks the process for its settings",
  "Sources/Host/Authoring/Conformance/Threads.swift": "calls a plugin on several threads",

  // The Swift face of the contract: pointers end here.
  "Sources/PluginKit/Batch.swift": "turns the host's views into spans",
  "Sources/PluginKit/Host.swift": "calls the host's services",
  "Sources/PluginKit/Parameters.swift": "reads the host's values",
  "Sources/PluginKit/StrategyLibrary.swift": "fills the table of functions",

  // The program.
  "Sources/brhost/Engine/ScarceMemory.swift": "sets a variable and starts the program anew",
  "Sources/brhost/Engine/Terminal.swift": "writes to descriptors, asks for the terminal's width",
]
