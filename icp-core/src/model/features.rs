//! The inputs of a scorer, by name.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The features of a comparison: name and value, in the order of the names. In JSON an object.
///
/// ```
/// use icp_core::model::FeatureValues;
/// let values: FeatureValues = [("prefix", 0.5), ("core_equal", 1.0)].into_iter().collect();
/// assert_eq!(values.get("prefix"), Some(0.5));
/// assert_eq!(values.iter().next(), Some(("core_equal", 1.0)));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureValues(Vec<(Cow<'static, str>, f64)>);

impl FeatureValues {
    /// The value of one.
    pub fn get(&self, name: &str) -> Option<f64> {
        let at = self.0.binary_search_by(|(other, _)| other.as_ref().cmp(name)).ok()?;
        Some(self.0[at].1)
    }

    /// All of them, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), *value))
    }
}

impl<N: Into<Cow<'static, str>>> FromIterator<(N, f64)> for FeatureValues {
    fn from_iter<I: IntoIterator<Item = (N, f64)>>(values: I) -> Self {
        let mut values: Vec<(Cow<'static, str>, f64)> =
            values.into_iter().map(|(name, value)| (name.into(), value)).collect();
        values.sort_by(|a, b| a.0.cmp(&b.0));
        values.dedup_by(|later, first| later.0 == first.0);
        Self(values)
    }
}

impl Serialize for FeatureValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for FeatureValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values;
        impl<'de> Visitor<'de> for Values {
            type Value = FeatureValues;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of numbers by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FeatureValues, A::Error> {
                let mut values: Vec<(String, f64)> = Vec::new();
                while let Some(value) = map.next_entry()? {
                    values.push(value);
                }
                Ok(values.into_iter().collect())
            }
        }
        deserializer.deserialize_map(Values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_survive_json_whatever_the_order() {
        let values: FeatureValues = [("b", 0.25), ("a", 1.0), ("c", -3.0)].into_iter().collect();
        let json = serde_json::to_string(&values).unwrap();
        assert_eq!(json, r#"{"a":1.0,"b":0.25,"c":-3.0}"#);
        assert_eq!(serde_json::from_str::<FeatureValues>(r#"{"c":-3,"a":1,"b":0.25}"#).unwrap(), values);
        assert_eq!(values.get("d"), None);
        assert!(serde_json::from_str::<FeatureValues>(r#"{"a":"x"}"#).is_err());
    }
}
