/// A strategy in Fortran: a plain function, and a manifest beside its library.
extension PluginTemplate {
  static let fortran = PluginTemplate(
    library: "lib@NAME@.so", plugin: "./@NAME@.brhost.json", source: "strategy.f90",
    needs: "a Fortran compiler",
    notes: #"""
      The host calls `weigh` as [@NAME@.brhost.json](@NAME@.brhost.json) says: `call` names the arguments
      in their order, with their types (`f32`, `f64`, `i32`, `i64`), and has to match the function's
      declaration, since nothing else can. Without `:ref` a number is passed by value, as `value` says in
      Fortran.
      """#,
    ignored: [],
    files: [
      ProjectFile(path: "strategy.f90", text: source),
      ProjectFile(path: "@NAME@.brhost.json", text: manifest),
      ProjectFile(path: "Makefile", text: makefile),
    ])

  private static let source = #"""
    ! @NAME@: weighs each sample by a power of its loss.
    !
    ! 'weigh' is the method, and what to replace. @NAME@.brhost.json tells the host how to call it: change both
    ! together.
    ! Returns 0, or another number where it cannot go on; the run then ends with an error.
    integer(c_int32_t) function weigh(loss, weight, batch, power) result(status) &
        bind(c, name="@IDENTIFIER@_weigh")
      use, intrinsic :: iso_c_binding, only: c_double, c_float, c_int32_t, c_int64_t
      use, intrinsic :: ieee_arithmetic, only: ieee_is_finite
      implicit none
      integer(c_int64_t), intent(in), value :: batch  ! samples in this batch, at least 1
      real(c_double), intent(in), value :: power      ! within the bounds of the manifest
      real(c_float), intent(in) :: loss(batch)        ! unweighted, in nats
      real(c_float), intent(out) :: weight(batch)     ! finite, not negative, not all zero
      real(c_double) :: largest, relative, total
      integer(c_int64_t) :: i

      status = 1
      weight = 0
      if (.not. all(ieee_is_finite(loss))) return

      ! Relative to the largest loss, powers stay within 0 ... 1 whatever the scale, and one of them is 1.
      largest = max(maxval(loss), 0.0_c_float)
      total = 0
      do i = 1, batch
        relative = 1
        if (largest > 0) relative = max(loss(i), 0.0_c_float) / largest
        if (.not. power > 0) relative = 1
        weight(i) = real(relative ** power, c_float)
        total = total + weight(i)
      end do
      weight = real(weight / total, c_float)
      status = 0
    end function weigh

    """#

  private static let manifest = #"""
    {
      "brhost": 1,
      "strategies": [{
        "id": "@NAME@", "version": "0.1.0", "name": "@TITLE@",
        "summary": "Weighs each sample by a power of its loss.",
        "inputs": [{"name": "loss"}],
        "outputs": ["weight"],
        "params": [{"name": "power", "type": "float", "default": 1, "min": 0, "max": 16,
                    "help": "0 weighs all alike; the larger, the more hard samples count."}],
        "deterministic": true, "equivariant": true,
        "library": "lib@NAME@.so",
        "symbol": "@IDENTIFIER@_weigh",
        "call": ["in:loss", "out:weight", "batch:i64", "param:power:f64"],
        "returns": "status"
      }]
    }

    """#

  private static let makefile = #"""
    # Builds and checks the strategy with a Fortran compiler.
    #
    #   make          makes lib@NAME@.so, which @NAME@.brhost.json describes
    #   make check    has 'brhost plugin check' go over it
    #   make clean    removes what was made
    #
    # BRHOST is the program: that on the PATH, else the one that made this folder.

    made_by := @BRHOST@
    BRHOST ?= $(or $(shell command -v brhost 2>/dev/null),$(made_by))
    FFLAGS ?= -O2 -Wall -Wextra -pedantic
    ifeq ($(origin FC),default)
      FC := gfortran
    endif

    lib@NAME@.so: strategy.f90
    \#t$(FC) -std=f2008 $(FFLAGS) -shared -fPIC -o $@ $< $(LDFLAGS)

    check: lib@NAME@.so
    \#t'$(BRHOST)' plugin check ./@NAME@.brhost.json

    clean:
    \#t$(RM) lib@NAME@.so

    .PHONY: check clean

    """#
}
