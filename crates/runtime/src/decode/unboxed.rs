//! Values that may be in a box.

/// A value, or one in a box: a type that holds itself has a box on the way, and where that is depends on the other types.
pub trait Unboxed<T> {
    /// The value.
    fn unboxed(self) -> T;
}

impl<T> Unboxed<T> for T {
    fn unboxed(self) -> T {
        self
    }
}

impl<T> Unboxed<T> for Box<T> {
    fn unboxed(self) -> T {
        *self
    }
}
