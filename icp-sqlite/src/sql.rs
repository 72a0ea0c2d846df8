//! Every statement of this crate. A test prepares each one against the migrated schema.

pub(crate) mod register;
pub(crate) mod tenants;
