//! Reference adapters of the ports, in memory: simple, obviously right, and the first clients of the conformance
//! suites. Good for tests, samples and small hosts; nothing here survives the process.

mod clock;
mod fetcher;
mod ids;
mod meter;
mod no_web;
mod register;
mod store;

pub use clock::ManualClock;
pub use fetcher::MemoryFetcher;
pub use ids::SequentialIds;
pub use meter::MemoryMeters;
pub use no_web::NoWeb;
pub use register::MemoryRegister;
pub use store::MemoryStore;
