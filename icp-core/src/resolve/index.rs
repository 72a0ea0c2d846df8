//! The candidate index: names of a register by their character 3-grams, in one file.
//!
//! A name is looked up by its [`core_key`](crate::normalize::core_key). Its *features* are the 3-grams of that key
//! (spaces included, so that grams span words) and, hashed, its words, their consonants, its initials and its words
//! written together.
//! A feature weighs its inverse document frequency. Two names are as near as the cosine of their weighted features.
//!
//! A search reads posting lists from the rarest feature on, until it has read its budget of postings. A name in none of
//! the lists read cannot come nearer than `sqrt(1 - f)`, where `f` is the share of the query's squared weight in the
//! lists that were read: [`Searched::unseen_bound`]. The best of the names seen are then compared exactly, from their
//! stored keys. With an unlimited budget the answer is that of comparing every name.
//!
//! Sources: tf-idf cosine over character n-grams (Salton and Buckley, 1988); rarest-first processing with a bound
//! (Turtle and Flood's max-score, 1995; prefix filtering, Chaudhuri and others, 2006).

mod build;
mod features;
mod format;
mod search;
mod updates;

use std::fmt;
use std::sync::{Arc, Mutex};

pub use build::NameIndexBuilder;
pub use format::IndexError;
pub use search::{SearchOptions, Searched};

use format::Layout;
use search::Scratch;
use updates::Side;

/// A name that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Hit {
    /// The entity, by the number it was pushed with.
    pub id: u32,
    /// How near its best name is: the cosine, 0 to 1.
    pub score: f32,
    /// Which of the entity's names that is: 0 for the first pushed.
    pub name_ordinal: u16,
}

/// An index over names. The top of this file's source describes the search.
///
/// ```
/// use icp_core::resolve::{NameIndex, NameIndexBuilder};
/// let mut builder = NameIndexBuilder::new();
/// builder.push(7, "ACME TRADING PTE. LTD.");
/// builder.push(8, "ACORN TRADING PTE. LTD.");
/// let index = builder.finish();
/// assert_eq!(index.search("Acme Tradng", 5)[0].id, 7);
/// let again = NameIndex::from_bytes(index.to_bytes())?;
/// assert_eq!(again.search("acme trading", 1)[0].id, 7);
/// # Ok::<(), icp_core::resolve::IndexError>(())
/// ```
pub struct NameIndex {
    bytes: Arc<dyn AsRef<[u8]> + Send + Sync>,
    layout: Layout,
    /// The weight (idf) of each feature.
    weights: Vec<f32>,
    side: Side,
    scratch: Mutex<Vec<Scratch>>,
}

impl NameIndex {
    /// Reads an index from bytes: a `Vec<u8>`, or whatever an adapter maps.
    ///
    /// # Errors
    /// When the bytes are not an index, are damaged or cut short, or come from another version; the remedy is to
    /// rebuild it from the register.
    pub fn from_bytes(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Result<Self, IndexError> {
        let layout = Layout::read(bytes.as_ref())?;
        Ok(Self::over(Arc::new(bytes), layout))
    }

    fn over(bytes: Arc<dyn AsRef<[u8]> + Send + Sync>, layout: Layout) -> Self {
        let weights = layout.weights((*bytes).as_ref());
        Self { bytes, layout, weights, side: Side::default(), scratch: Mutex::new(Vec::new()) }
    }

    fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    /// How many names it holds, without pending updates.
    pub fn names(&self) -> usize {
        self.layout.docs
    }

    /// Bytes it keeps in memory, the searching scratch of one thread included.
    #[cfg(feature = "internal")]
    #[doc(hidden)]
    pub fn resident_bytes(&self) -> usize {
        self.bytes().len() + self.weights.len() * 4 + Scratch::bytes(self.weights.len())
    }
}

impl Clone for NameIndex {
    fn clone(&self) -> Self {
        Self {
            bytes: Arc::clone(&self.bytes),
            layout: self.layout,
            weights: self.weights.clone(),
            side: self.side.clone(),
            scratch: Mutex::new(Vec::new()),
        }
    }
}

impl fmt::Debug for NameIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameIndex")
            .field("names", &self.layout.docs)
            .field("bytes", &self.bytes().len())
            .finish()
    }
}

#[cfg(test)]
mod tests;
