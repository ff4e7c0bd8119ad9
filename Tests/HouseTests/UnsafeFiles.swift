/// The files that may say `unsafe`, each with its reason: one small wrapper for each C library or kernel area.
let unsafeFiles = [
  "Sources/Host/Doctor/SystemLibraries.swift": "calls libffi, zlib and libpng",
  "Sources/Models/Buffer.swift": "owns numeric memory",
  "Sources/brhost/Engine/Terminal.swift": "writes to descriptors, asks for the terminal's width",
]
