//! Every statement of this crate. A test prepares each one against the migrated schema.

// register
pub(crate) mod tenants;
