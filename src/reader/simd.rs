//! Which vector instructions to use, found out once at run time.
//!
//! The kernels are plain loops over fixed-size lanes, compiled several times for different instruction sets;
//! only the integer matrix product is written with intrinsics.

/// An instruction set that this CPU was found to have: a value is proof that its functions may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Simd(Level);

/// Instruction sets, from the slowest up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// What the target has without asking.
    Portable,
    /// AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX2, FMA and the 256-bit AVX-VNNI.
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    /// AVX-512 F, BW, DQ, VL and VNNI.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// NEON's dot product of bytes, of Armv8.2; NEON itself the target has without asking.
    #[cfg(target_arch = "aarch64")]
    DotProduct,
}

impl Simd {
    /// The fastest level of this CPU.
    pub fn detect() -> Self {
        *Self::available().last().unwrap_or(&Self(Level::Portable))
    }

    /// Every level of this CPU, from the slowest up.
    pub fn available() -> Vec<Self> {
        #[allow(unused_mut)]
        let mut levels = vec![Self(Level::Portable)];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                levels.push(Self(Level::Avx2));
                if is_x86_feature_detected!("avxvnni") {
                    levels.push(Self(Level::AvxVnni));
                }
            }
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vnni")
                && is_x86_feature_detected!("fma")
            {
                levels.push(Self(Level::Avx512));
            }
        }
        #[cfg(target_arch = "aarch64")]
        if std::arch::is_aarch64_feature_detected!("dotprod") {
            levels.push(Self(Level::DotProduct));
        }
        levels
    }

    /// The level itself.
    pub fn level(self) -> Level {
        self.0
    }
}

/// Whether the portable level has a fused multiply-add; elsewhere `f32::mul_add` would be a slow library call.
pub const PORTABLE_FMA: bool = cfg!(any(target_arch = "aarch64", target_feature = "fma"));

/// `a · b + c`, fused where the level has the instruction.
#[inline(always)]
pub fn fma<const FMA: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

/// Defines a function that runs `$body`, a safe `#[inline(always)]` function over `const FMA: bool`, compiled
/// for the level that is its first argument.
macro_rules! multiversion {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)? = $body:ident) => {
        $(#[$meta])*
        #[allow(unsafe_code, reason = "calls a function compiled for the instruction set that the CPU was found to have")]
        $vis fn $name(simd: $crate::reader::simd::Simd, $($arg: $ty),*) $(-> $ret)? {
            #[cfg(target_arch = "x86_64")]
            {
                use $crate::reader::simd::Level;

                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
                fn avx512($($arg: $ty),*) $(-> $ret)? { $body::<true>($($arg),*) }

                #[target_feature(enable = "avx2,fma")]
                fn avx2($($arg: $ty),*) $(-> $ret)? { $body::<true>($($arg),*) }

                match simd.level() {
                    // SAFETY: a `Simd` of this level is only made where the CPU has these features.
                    Level::Avx512 => return unsafe { avx512($($arg),*) },
                    // SAFETY: as above.
                    Level::Avx2 | Level::AvxVnni => return unsafe { avx2($($arg),*) },
                    Level::Portable => {}
                }
            }
            let _ = simd;
            $body::<{ $crate::reader::simd::PORTABLE_FMA }>($($arg),*)
        }
    };
}
pub(in crate::reader) use multiversion;
