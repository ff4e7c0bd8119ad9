internal import CKernels

extension ThreadPool {
  /// The most GFLOP/s that the threads reach together with multiplications and additions in registers alone,
  /// measured with the instruction set in use over some 50 ms.
  public func measurePeak() -> Double { unsafe ck_measure_peak(handle) }
}
