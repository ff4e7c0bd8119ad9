/// A strategy in Rust: rustc alone, with the contract's structs in a file of their own.
extension PluginTemplate {
  static let rust = PluginTemplate(
    library: "@NAME@.so", plugin: "./@NAME@.so", source: "strategy.rs",
    needs: "rustc",
    notes: #"""
      `brhost.rs` is `brhost_plugin.h` in Rust. A failure that `weigh` returns, and a panic, reach the
      user as the run's error. `step` hands the inputs to `weigh` by their order in the manifest.
      """#,
    ignored: [],
    files: [
      ProjectFile(path: "strategy.rs", text: source), ProjectFile(path: "brhost.rs", text: rustBindings),
      ProjectFile(path: "Makefile", text: makefile),
    ])

  private static let source = #"""
    //! @NAME@: weighs each sample by a power of its loss.
    //!
    //! `Strategy::weigh` is the method, and what to replace. Below it stands what the host calls; `brhost.rs` is
    //! the contract in Rust.

    mod brhost;

    use brhost::{Host, HostTable, Setup, Step};
    use std::ffi::CStr;
    use std::os::raw::{c_char, c_void};
    use std::mem::size_of;
    use std::panic::{catch_unwind, AssertUnwindSafe};
    use std::slice::{from_raw_parts, from_raw_parts_mut};

    /// The manifest: what the method reads ("inputs") and fills ("outputs"), and what '--set' changes ("params").
    const MANIFEST: &str = concat!(
        r#"{
      "brhost": 1,
      "strategies": [{
        "id": "@NAME@", "version": "0.1.0", "name": "@TITLE@",
        "summary": "Weighs each sample by a power of its loss.",
        "inputs": [{"name": "loss"}],
        "outputs": ["weight"],
        "params": [{"name": "power", "type": "float", "default": 1, "min": 0, "max": 16,
                    "help": "0 weighs all alike; the larger, the more hard samples count."}],
        "deterministic": true, "equivariant": true
      }]
    }"#,
        "\0"
    );

    /// What belongs to one training run.
    struct Strategy {
        power: f64,
    }

    /// Why a call fails: a status and a text for the user.
    type Failure = (i32, String);

    impl Strategy {
        /// The method: fills the weights of one batch.
        fn weigh(&mut self, losses: &[f32], weights: &mut [f32]) -> Result<(), Failure> {
            let mut largest = 0.0;
            for (i, &loss) in losses.iter().enumerate() {
                if !loss.is_finite() {
                    return Err((brhost::ERROR_NUMERIC, format!("sample {i} has the loss {loss}")));
                }
                largest = f64::max(largest, loss.into());
            }
            // Relative to the largest loss, powers stay within 0 ... 1 whatever the scale, and one of them is 1.
            let mut sum = 0.0;
            for (weight, &loss) in weights.iter_mut().zip(losses) {
                let relative = if largest > 0.0 { f64::from(loss).max(0.0) / largest } else { 1.0 };
                *weight = relative.powf(self.power) as f32;
                sum += f64::from(*weight);
            }
            for weight in weights {
                *weight = (f64::from(*weight) / sum) as f32;
            }
            Ok(())
        }
    }

    // ---- What the host calls. ----

    unsafe extern "C" fn create(setup: *const Setup, instance: *mut *mut c_void) -> i32 {
        guarded((*setup).host, || {
            let power = (*(*setup).params).number; // by the order of "params"; checked against the manifest
            *instance = Box::into_raw(Box::new(Strategy { power })).cast();
            Ok(())
        })
    }

    unsafe extern "C" fn step(instance: *mut c_void, step: *const Step) -> i32 {
        guarded((*step).host, || {
            let count = (*step).batch as usize;
            let (loss, weight) = (&*(*step).inputs, &*(*step).outputs); // the first of "inputs", of "outputs"
            let losses = from_raw_parts(loss.data.cast::<f32>(), count);
            let weights = from_raw_parts_mut(weight.data.cast::<f32>(), count);
            (*instance.cast::<Strategy>()).weigh(losses, weights)
        })
    }

    unsafe extern "C" fn destroy(instance: *mut c_void) {
        drop(Box::from_raw(instance.cast::<Strategy>()));
    }

    /// Runs `body` and turns a failure or a panic into a status with a text: nothing unwinds into the host.
    unsafe fn guarded(host: *const HostTable, body: impl FnOnce() -> Result<(), Failure>) -> i32 {
        let result = catch_unwind(AssertUnwindSafe(body));
        let panicked = || Err((brhost::ERROR_INTERNAL, "the strategy panicked".to_string()));
        match result.unwrap_or_else(|_| panicked()) {
            Ok(()) => brhost::OK,
            Err((status, text)) => {
                Host::new(host).error(&text);
                status
            }
        }
    }

    static TABLE: brhost::Strategy = brhost::Strategy {
        struct_size: size_of::<brhost::Strategy>() as u32,
        reserved: 0,
        create: Some(create),
        step: Some(step),
        destroy: Some(destroy),
        save: None,
        load: None,
    };

    #[no_mangle]
    pub extern "C" fn br_manifest_v1() -> *const c_char {
        MANIFEST.as_ptr().cast()
    }

    /// # Safety
    /// `id` is a text that ends with a zero byte.
    #[no_mangle]
    pub unsafe extern "C" fn br_strategy_v1(id: *const c_char) -> *const brhost::Strategy {
        if CStr::from_ptr(id).to_bytes() == b"@NAME@" { &TABLE } else { std::ptr::null() }
    }

    """#

  private static let makefile = #"""
    # Builds and checks the strategy with rustc alone.
    #
    #   make          makes @NAME@.so
    #   make check    has 'brhost plugin check' go over it
    #   make clean    removes what was made
    #
    # BRHOST is the program: that on the PATH, else the one that made this folder.

    made_by := @BRHOST@
    BRHOST ?= $(or $(shell command -v brhost 2>/dev/null),$(made_by))
    RUSTC ?= rustc
    RUSTFLAGS ?= -C opt-level=3 -C strip=debuginfo

    @NAME@.so: strategy.rs brhost.rs
    \#t$(RUSTC) --edition 2021 --crate-type cdylib --crate-name strategy -C panic=unwind $(RUSTFLAGS) -o $@ $<

    check: @NAME@.so
    \#t'$(BRHOST)' plugin check ./@NAME@.so

    clean:
    \#t$(RM) @NAME@.so

    .PHONY: check clean

    """#
}
