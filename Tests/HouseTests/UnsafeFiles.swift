/// The files that may say `unsafe`, each with its reason: one small wrapper for each C library or kernel area.
let unsafeFiles = [
  // Models: memory, kernels, matrix products, threads.
  "Sources/Models/Compute/BLAS.swift": "calls OpenBLAS",
  "Sources/Models/Compute/Buffer.swift": "owns numeric memory",
  "Sources/Models/Compute/Kernels+Channels.swift": "calls the C kernels on buffers",
  "Sources/Models/Compute/Kernels.swift": "calls the C kernels on buffers",
  "Sources/Models/Compute/ThreadPool.swift": "owns the C thread pool",

  // Host: C libraries and system calls.
  "Sources/Host/Data/Archive/Zlib.swift": "calls zlib",
  "Sources/Host/Doctor/SystemLibraries.swift": "calls libffi, zlib and libpng",
  "Sources/Host/Files/ReadFile.swift": "reads descriptors",
  "Sources/Host/Files/SystemCalls.swift": "wraps system calls on files",

  // The program.
  "Sources/brhost/Engine/Terminal.swift": "writes to descriptors, asks for the terminal's width",
]
