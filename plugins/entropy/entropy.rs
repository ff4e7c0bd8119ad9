//! Weighs each sample by the entropy of its predicted class probabilities, so that what the network is unsure
//! of counts most: a plugin in Rust, with rustc alone.

mod brhost;

use brhost::{Host, HostTable, Setup, Step, Strategy};
use std::any::Any;
use std::ffi::CStr;
use std::mem::size_of;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::null;
use std::slice::{from_raw_parts, from_raw_parts_mut};

const MANIFEST: &str = concat!(
    r#"{
  "brhost": 1,
  "strategies": [{
    "id": "entropy", "version": "1.0.0", "name": "Entropy",
    "summary": "Weighs each sample by the entropy of its predicted class probabilities.",
    "inputs": [{"name": "logits"}],
    "outputs": ["weight"],
    "params": [{"name": "power", "type": "float", "default": 1, "min": 0, "max": 10,
                "help": "Exponent of the entropy; 0 weighs all the same."}],
    "deterministic": true, "equivariant": true
  }]
}"#,
    "\0"
);

/// An instance: what `create` makes and `destroy` drops.
struct Entropy {
    power: f64,
}

/// Why a call fails: a status and a text.
type Failure = (i32, String);

impl Entropy {
    /// Fills `weights` [B] from `logits` [B, C]; false asks for uniform weights.
    fn weigh(&self, logits: &[f32], weights: &mut [f32]) -> Result<bool, Failure> {
        let classes = logits.len() / weights.len();
        for (i, weight) in weights.iter_mut().enumerate() {
            let row = &logits[i * classes..(i + 1) * classes];
            if let Some(value) = row.iter().find(|value| !value.is_finite()) {
                return Err((brhost::ERROR_NUMERIC, format!("sample {i} has the logit {value}")));
            }
            *weight = entropy(row).powf(self.power) as f32;
        }
        let sum: f64 = weights.iter().map(|weight| *weight as f64).sum();
        if sum == 0.0 {
            return Ok(false);
        }
        weights.iter_mut().for_each(|weight| *weight = (*weight as f64 / sum) as f32);
        Ok(true)
    }
}

/// The entropy of softmax(logits), in nats: log Σ exp(z) − Σ p · z, with z shifted so that none overflows.
fn entropy(logits: &[f32]) -> f64 {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max) as f64;
    let (mut sum, mut weighted) = (0.0, 0.0);
    for logit in logits {
        let z = *logit as f64 - largest;
        sum += z.exp();
        weighted += z.exp() * z;
    }
    (sum.ln() - weighted / sum).max(0.0)
}

/// No panic may leave the library: it becomes a status, with its text for the host.
unsafe fn guarded(host: *const HostTable, body: impl FnOnce() -> Result<i32, Failure>) -> i32 {
    let result = catch_unwind(AssertUnwindSafe(body));
    let (status, text) = match result {
        Ok(Ok(status)) => return status,
        Ok(Err(failure)) => failure,
        Err(panic) => (brhost::ERROR_INTERNAL, format!("panic: {}", text_of(&*panic))),
    };
    Host::new(host).error(&text);
    status
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(|text| text.as_str())).unwrap_or("of an unknown kind")
}

unsafe extern "C" fn create(setup: *const Setup, instance: *mut *mut c_void) -> i32 {
    guarded((*setup).host, || {
        let power = (*(*setup).params).number; // in the manifest's order, checked by the host
        *instance = Box::into_raw(Box::new(Entropy { power })).cast();
        Ok(brhost::OK)
    })
}

unsafe extern "C" fn step(instance: *mut c_void, step: *const Step) -> i32 {
    guarded((*step).host, || {
        let (logits, weight) = (&*(*step).inputs, &*(*step).outputs);
        let count = logits.shape[0] * logits.shape[1];
        let logits = from_raw_parts(logits.data.cast::<f32>(), count as usize);
        let weights = from_raw_parts_mut(weight.data.cast::<f32>(), (*step).batch as usize);
        let is_weighted = (*instance.cast::<Entropy>()).weigh(logits, weights)?;
        Ok(if is_weighted { brhost::OK } else { brhost::UNIFORM })
    })
}

unsafe extern "C" fn destroy(instance: *mut c_void) {
    drop(Box::from_raw(instance.cast::<Entropy>()));
}

static TABLE: Strategy = Strategy {
    struct_size: size_of::<Strategy>() as u32,
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
pub unsafe extern "C" fn br_strategy_v1(id: *const c_char) -> *const Strategy {
    if CStr::from_ptr(id).to_bytes() == b"entropy" { &TABLE } else { null() }
}
