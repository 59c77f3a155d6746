//! What a sentence means, as a direction in space.

/// A sentence vector of length 1, a byte a dimension: its place is kept to about a hundredth, which is finer than such models
/// tell sentences apart, and a million of them fit into memory. Comparisons are of whole numbers, and so the same on every machine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Embedding(Box<[i8]>);

impl Embedding {
    /// Dimensions at most.
    pub const MOST: usize = 4_096;

    /// `None` where there are no numbers, too many, or none but zeros.
    #[must_use]
    pub fn of(vector: &[f32]) -> Option<Self> {
        let largest = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        let fits = (1..=Self::MOST).contains(&vector.len()) && largest > 0.0 && vector.iter().all(|x| x.is_finite());
        #[expect(clippy::cast_possible_truncation, reason = "it lies between -127 and 127")]
        fits.then(|| Self(vector.iter().map(|x| (x / largest * 127.0).round() as i8).collect()))
    }

    /// As it is stored: a byte a dimension, in two's complement.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.0.iter().map(|x| x.cast_unsigned()).collect()
    }

    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.iter().map(|x| x.cast_signed()).collect())
    }

    /// Bytes that it takes outside of the struct.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.0.len()
    }

    /// Cosine of the angle between the two, 0–1: what points away is no nearer than what has nothing to do with it. `None` of vectors of
    /// different models.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> Option<f64> {
        let dot = |a: &[i8], b: &[i8]| a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum::<i32>();
        (self.0.len() == other.0.len()).then(|| {
            let [both, a, b] = [dot(&self.0, &other.0), dot(&self.0, &self.0), dot(&other.0, &other.0)].map(f64::from);
            (both / (a * b).sqrt()).clamp(0.0, 1.0)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn likeness_is_the_cosine(vectors in prop::collection::vec((-1.0f32..1.0, -1.0f32..1.0), 8..64)) {
            let (a, b): (Vec<f32>, Vec<f32>) = vectors.into_iter().unzip();
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
            let cosine = dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt();
            let [x, y] = [&a, &b].map(|vector| Embedding::of(vector).unwrap());
            prop_assert!((x.likeness(&y).unwrap() - cosine.max(0.0)).abs() < 0.02);
            prop_assert_eq!(x.likeness(&y), y.likeness(&x));
            prop_assert_eq!(x.likeness(&x), Some(1.0));
            prop_assert_eq!(Embedding::from_bytes(&x.bytes()), x);
        }
    }

    #[test]
    fn what_is_no_direction_is_none() {
        for vector in [&[][..], &[0.0, 0.0], &[f32::NAN, 1.0], &[f32::INFINITY, 1.0], &[1.0; Embedding::MOST + 1]] {
            assert_eq!(Embedding::of(vector), None);
        }
        let [two, three] = [&[1.0, 0.0][..], &[1.0, 0.0, 0.0]].map(|vector| Embedding::of(vector).unwrap());
        assert_eq!(two.likeness(&three), None, "they are of different models");
    }
}
