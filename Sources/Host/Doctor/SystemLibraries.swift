@unsafe @preconcurrency internal import CFFI
internal import CPNG
internal import CZlib

/// What the C libraries of this process say about themselves.
enum SystemLibraries {
  /// The version of zlib that is loaded, and of the header it was compiled against.
  static var zlib: (loaded: String, compiled: String) {
    (unsafe String(cString: zlibVersion()), ZLIB_VERSION)
  }

  /// The version of libpng that is loaded, and of the header it was compiled against.
  static var png: (loaded: String, compiled: String) {
    (unsafe String(cString: png_get_libpng_ver(nil)), PNG_LIBPNG_VER_STRING)
  }

  /// What a call of `2.5 × 4` through libffi returns; nil where libffi refuses the signature.
  static func multiplyThroughFFI() -> Double? {
    let multiply: @convention(c) (Double, Double) -> Double = { $0 * $1 }
    var arguments = (2.5, 4.0)
    var product = 0.0
    let isCalled = unsafe withUnsafeMutablePointer(to: &ffi_type_double) { double in
      var interface = unsafe ffi_cif()
      var types = unsafe [UnsafeMutablePointer<ffi_type>?](repeating: double, count: 2)
      guard unsafe ffi_prep_cif(&interface, FFI_DEFAULT_ABI, 2, double, &types) == FFI_OK else {
        return false
      }
      return unsafe withUnsafeMutablePointer(to: &arguments) { arguments in
        let first = UnsafeMutableRawPointer(arguments)
        var values: [UnsafeMutableRawPointer?] = unsafe [first, first + MemoryLayout<Double>.stride]
        let function = unsafe unsafeBitCast(multiply, to: (@convention(c) () -> Void).self)
        unsafe ffi_call(&interface, function, &product, &values)
        return true
      }
    }
    return isCalled ? product : nil
  }
}
