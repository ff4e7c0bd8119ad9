//! What a plugin in Rust needs of brhost_plugin.h, whose comments hold here: the structs, the status codes,
//! and the host's services, each called only where the host's table has it.
//!
//! The host's structs stay behind raw pointers: a table that is older than these bindings is shorter than the
//! struct here, and no reference may be made to a struct that is not there in full.

#![allow(dead_code)]

use std::ffi::CString;
use std::mem::size_of;
use std::os::raw::{c_char, c_void}; // in std::ffi only since Rust 1.64
use std::ptr::{addr_of, null};

pub const OK: i32 = 0;
pub const UNIFORM: i32 = 1;
pub const ERROR_ARGUMENT: i32 = -1;
pub const ERROR_UNSUPPORTED: i32 = -2;
pub const ERROR_NUMERIC: i32 = -3;
pub const ERROR_STATE: i32 = -4;
pub const ERROR_INTERNAL: i32 = -5;

pub const F32: u32 = 1;
pub const F64: u32 = 2;
pub const I32: u32 = 3;
pub const I64: u32 = 4;
pub const U8: u32 = 5;

/// br_view: a tensor to read.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct View {
    pub data: *const c_void,
    pub dtype: u32,
    pub rank: u32,
    pub shape: [i64; 4],
}

/// br_tensor: a tensor to write.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Tensor {
    pub data: *mut c_void,
    pub dtype: u32,
    pub rank: u32,
    pub shape: [i64; 4],
}

/// br_value: the value of a parameter.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Value {
    pub kind: u32,
    pub reserved: u32,
    pub number: f64,
    pub integer: i64,
    pub text: *const c_char,
}

type Body = extern "C" fn(user: *mut c_void, begin: i64, end: i64);
type Matrix = *const f32;

/// br_host: the host's services as they lie in memory; `Host` calls them.
#[repr(C)]
pub struct HostTable {
    struct_size: u32,
    abi_minor: u32,
    owner: *mut c_void,
    log: Option<unsafe extern "C" fn(*const HostTable, i32, *const c_char)>,
    error: Option<unsafe extern "C" fn(*const HostTable, *const c_char)>,
    metric: Option<unsafe extern "C" fn(*const HostTable, *const c_char, f64)>,
    cancelled: Option<unsafe extern "C" fn(*const HostTable) -> i32>,
    scratch: Option<unsafe extern "C" fn(*const HostTable, u64) -> *mut c_void>,
    parallel_for: Option<unsafe extern "C" fn(*const HostTable, i64, Option<Body>, *mut c_void) -> i32>,
    #[rustfmt::skip]
    sgemm: Option<unsafe extern "C" fn(
        *const HostTable, i32, i32, i64, i64, i64, f32, Matrix, i64, Matrix, i64, f32, *mut f32, i64) -> i32>,
    uniform: Option<unsafe extern "C" fn(*const HostTable, u32, u64, *mut f32, i64) -> i32>,
    put: Option<unsafe extern "C" fn(*const HostTable, *const c_char, *const View) -> i32>,
    get: Option<unsafe extern "C" fn(*const HostTable, *const c_char, *mut View) -> i32>,
    query: Option<unsafe extern "C" fn(*const HostTable, *const c_char) -> *const c_void>,
}

/// br_setup.
#[repr(C)]
pub struct Setup {
    pub struct_size: u32,
    pub param_count: u32,
    pub params: *const Value,
    pub strategy_id: *const c_char,
    pub host: *const HostTable,
    pub classes: i64,
    pub features: i64,
    pub gradient_length: i64,
    pub training_samples: i64,
    pub largest_batch: i64,
    pub class_count: *const i64,
    pub seed: u64,
}

/// br_step.
#[repr(C)]
pub struct Step {
    pub struct_size: u32,
    pub input_count: u32,
    pub output_count: u32,
    pub reserved: u32,
    pub inputs: *const View,
    pub outputs: *const Tensor,
    pub host: *const HostTable,
    pub batch: i64,
    pub epoch: i64,
    pub step: i64,
    pub progress: f64,
    pub learning_rate: f64,
}

/// br_strategy.
#[repr(C)]
pub struct Strategy {
    pub struct_size: u32,
    pub reserved: u32,
    pub create: Option<unsafe extern "C" fn(*const Setup, *mut *mut c_void) -> i32>,
    pub step: Option<unsafe extern "C" fn(*mut c_void, *const Step) -> i32>,
    pub destroy: Option<unsafe extern "C" fn(*mut c_void)>,
    pub save: Option<unsafe extern "C" fn(*mut c_void, *const HostTable) -> i32>,
    pub load: Option<unsafe extern "C" fn(*mut c_void, *const HostTable) -> i32>,
}

// The sizes of version 1.0 on 64-bit machines: a slip of a field above does not compile.
const _: () = assert!(size_of::<View>() == 48 && size_of::<Tensor>() == 48 && size_of::<Value>() == 32);
const _: () = assert!(size_of::<HostTable>() == 104 && size_of::<Setup>() == 88);
const _: () = assert!(size_of::<Step>() == 80 && size_of::<Strategy>() == 48);

/// The value of a field, where the growing struct that starts at `size` reaches that far.
unsafe fn read<T: Copy>(size: *const u32, field: *const T) -> Option<T> {
    let end = field as usize - size as usize + size_of::<T>();
    if *size as usize >= end { Some(*field) } else { None }
}

/// A function of the host's table, or None where the table ends before it.
macro_rules! service {
    ($host:expr, $name:ident) => {
        read(addr_of!((*$host.0).struct_size), addr_of!((*$host.0).$name)).flatten()
    };
}

/// The host during one call.
#[derive(Clone, Copy)]
pub struct Host(*const HostTable);

impl Host {
    /// # Safety
    /// `table` is what the host passed to the call that this value is used in.
    pub unsafe fn new(table: *const HostTable) -> Host {
        Host(table)
    }

    /// Explains the failure that is about to be returned.
    pub fn error(self, text: &str) {
        if let Some(function) = unsafe { service!(self, error) } {
            unsafe { function(self.0, c_text(text).as_ptr()) }
        }
    }

    /// Writes a line to the run's log: level 0 debug, 1 info, 2 warning.
    pub fn log(self, level: i32, text: &str) {
        if let Some(function) = unsafe { service!(self, log) } {
            unsafe { function(self.0, level, c_text(text).as_ptr()) }
        }
    }

    /// Adds a finite number to this step's row of the run's log.
    pub fn metric(self, name: &str, value: f64) {
        if let Some(function) = unsafe { service!(self, metric) } {
            unsafe { function(self.0, c_text(name).as_ptr(), value) }
        }
    }

    /// Whether the user wants the run to end.
    pub fn cancelled(self) -> bool {
        unsafe { service!(self, cancelled) }.map_or(false, |function| unsafe { function(self.0) } != 0)
    }

    /// Fills `values` with the random numbers in [0, 1) at positions `counter`, `counter + 1`, … of a stream.
    pub fn uniform(self, stream: u32, counter: u64, values: &mut [f32]) -> Result<(), i32> {
        let function = unsafe { service!(self, uniform) }.ok_or(ERROR_UNSUPPORTED)?;
        let count = values.len() as i64;
        status(unsafe { function(self.0, stream, counter, values.as_mut_ptr(), count) })
    }

    /// Inside save: adds a tensor to the saved state.
    pub fn put(self, name: &str, tensor: &View) -> Result<(), i32> {
        let function = unsafe { service!(self, put) }.ok_or(ERROR_UNSUPPORTED)?;
        status(unsafe { function(self.0, c_text(name).as_ptr(), tensor) })
    }

    /// Inside load: finds a tensor of the saved state.
    pub fn get(self, name: &str) -> Result<View, i32> {
        let function = unsafe { service!(self, get) }.ok_or(ERROR_UNSUPPORTED)?;
        let mut view = View { data: null(), dtype: 0, rank: 0, shape: [1; 4] };
        status(unsafe { function(self.0, c_text(name).as_ptr(), &mut view) })?;
        Ok(view)
    }
}

fn status(code: i32) -> Result<(), i32> {
    if code < 0 { Err(code) } else { Ok(()) }
}

/// The text for C; it ends at a zero byte, should it hold one.
fn c_text(text: &str) -> CString {
    let bytes: Vec<u8> = text.bytes().take_while(|byte| *byte != 0).collect();
    CString::new(bytes).unwrap_or_default()
}
