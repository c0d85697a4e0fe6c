//! What schemas say of values (OpenAPI 3.0.4, "Schema Object"), and values as schemas see them.

pub mod all_of;
pub(crate) mod alternatives;
pub mod date;
pub mod discriminator;
pub mod json_type;
pub mod keyword;
pub mod number;
pub mod xml;
