//! Enums of the domain as the words they are stored as: the same `snake_case` names that serde gives them.

use std::fmt;

use serde::{
    Deserialize, Serialize,
    de::{IntoDeserializer, value::Error},
};
use sqlx::{
    Decode, Postgres, Type,
    error::BoxDynError,
    postgres::{PgTypeInfo, PgValueRef},
};

/// A text column that holds the name of an enum's variant. `Word(value).to_string()` is what is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<T>(pub(super) T);

impl<T> Type<Postgres> for Word<T> {
    fn type_info() -> PgTypeInfo {
        <str as Type<Postgres>>::type_info()
    }

    fn compatible(column: &PgTypeInfo) -> bool {
        <str as Type<Postgres>>::compatible(column)
    }
}

impl<'r, T: Deserialize<'r>> Decode<'r, Postgres> for Word<T> {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let word = <&str as Decode<Postgres>>::decode(value)?;
        let word = IntoDeserializer::<Error>::into_deserializer(word);
        Ok(Self(T::deserialize(word)?))
    }
}

impl<T: Serialize> fmt::Display for Word<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Certainty, SourceKind};

    #[test]
    fn a_word_is_the_name_that_serde_gives() {
        assert_eq!(Word(Certainty::Hedged).to_string(), "hedged");
        assert_eq!(Word(SourceKind::OfficialBody).to_string(), "official_body");
    }
}
