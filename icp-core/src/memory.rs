//! Reference adapters of the ports, in memory: simple, obviously right, and the first clients of the conformance
//! suites. Good for tests, samples and small hosts; nothing here survives the process.

mod clock;
mod ids;
mod register;
mod store;

pub use clock::ManualClock;
pub use ids::SequentialIds;
pub use register::MemoryRegister;
pub use store::MemoryStore;
