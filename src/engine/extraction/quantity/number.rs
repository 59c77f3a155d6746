//! Digits and number words to one value: "3.5 million", "two hundred and fifty thousand", "19M", "twenty-five".

use super::{Class, Line, NumberWord, Tag, TokenKind};

/// A number without its unit; it ends before token `end`.
#[derive(Clone, Copy)]
pub(super) struct Number {
    pub(super) value: f64,
    /// What its scale words multiply it by.
    pub(super) scale: f64,
    pub(super) end: usize,
    /// The bare word for one.
    pub(super) is_one: bool,
    /// Digits only, without marks and scale: what names a flight or an article.
    pub(super) is_label: bool,
}

/// Two numbers with what joins them: tokens `start..end`.
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Line<'_, '_> {
    pub(super) fn number(&self, at: usize) -> Option<Number> {
        let token = self.token(at)?;
        let digits = token.text.as_bytes()[0].is_ascii_digit();
        let number = if digits { self.digits(at) } else { self.words(at) }?;
        number.value.is_finite().then_some(number)
    }

    fn digits(&self, at: usize) -> Option<Number> {
        let numbers = &self.lexicon.numbers;
        let token = self.token(at)?;
        if token.kind == TokenKind::Word {
            // "19M"; "3.5bn" comes in three tokens.
            let (value, scale) = self.glued_scale(token.norm())?;
            return Some(Number { value, scale, end: at + 1, is_one: false, is_label: false });
        }
        let glued = |i: usize| Some(self.token(i)?.end == self.token(i + 1)?.start);
        if self.is_mark(at + 1, '.') && glued(at) == Some(true) && glued(at + 1) == Some(true) {
            let fraction = self.token(at + 2).filter(|t| t.kind == TokenKind::Word && t.text.as_bytes()[0].is_ascii_digit());
            if let Some((_, scale)) = fraction.and_then(|t| self.glued_scale(t.norm())) {
                let text = format!("{}.{}", token.text, fraction?.norm().trim_end_matches(|c: char| !c.is_ascii_digit()));
                return Some(Number {
                    value: text.parse::<f64>().ok()? * scale,
                    scale,
                    end: at + 3,
                    is_one: false,
                    is_label: false,
                });
            }
        }
        let mut value = numbers.digits(token.text)?;
        let mut end = at + 1;
        // "2½"
        if let Some(NumberWord::Value(part)) = self.role(end)
            && part < 1.0
            && part > 0.0
        {
            value += part;
            end += 1;
        }
        if let Some(behind) = self.and_a_half(end, false) {
            value += 0.5;
            end = behind;
        }
        let mut scale = 1.0;
        while let Some(NumberWord::Scale(factor)) = self.role(end) {
            scale *= factor;
            end += 1;
        }
        let is_label = scale == 1.0 && token.text.bytes().all(|b| b.is_ascii_digit());
        Some(Number { value: value * scale, scale, end, is_one: false, is_label })
    }

    /// "50ft", "12km"
    pub(super) fn glued_unit(&self, at: usize) -> Option<(Number, String)> {
        let token = self.token(at).filter(|t| t.kind == TokenKind::Word && t.text.as_bytes()[0].is_ascii_digit())?;
        let digits = token.norm().trim_end_matches(|c: char| c.is_alphabetic());
        let ending = &token.norm()[digits.len()..];
        let (unit, _) = self.lexicon.numbers.units.behind.longest(|i| (i == 0).then_some(ending))?;
        let value = self.lexicon.numbers.digits(digits)?;
        Some((Number { value, scale: 1.0, end: at + 1, is_one: false, is_label: false }, unit.clone()))
    }

    fn glued_scale(&self, word: &str) -> Option<(f64, f64)> {
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
        let scale = self.lexicon.numbers.suffix(&word[digits.len()..])?;
        Some((self.lexicon.numbers.digits(digits).filter(|_| !digits.is_empty())? * scale, scale))
    }

    /// Parts add up while each is smaller than the place of the one before; a scale multiplies what has added up.
    fn words(&self, at: usize) -> Option<Number> {
        let numbers = &self.lexicon.numbers;
        let (mut total, mut part, mut place) = (0.0, 0.0, f64::INFINITY);
        let (mut scale, mut end, mut seen) = (1.0_f64, at, 0);
        loop {
            let joined = seen > 0
                && numbers.joins(self.token(end).map_or("", |t| t.norm()), total + part)
                && self.role(end + 1).is_some_and(|role| matches!(role, NumberWord::Value(value) if value < place));
            let here = end + usize::from(joined);
            let Some(token) = self.token(here) else { break };
            let role = match token.word.number {
                None => self.twofold(token.norm()).map(NumberWord::Value),
                role => role,
            };
            match role {
                // "twenty five", not "ten five"
                Some(NumberWord::Value(value)) if value < place && (seen == 0 || place > 1.0 && value > 0.0) => {
                    part += value;
                    place = if value >= 20.0 || value == 0.0 { place_of(value) } else { 1.0 };
                }
                // "half a million", "a million"
                Some(NumberWord::Half) if seen == 0 => part = 0.5,
                Some(NumberWord::Article) if seen == 0 || part == 0.5 && seen == 1 => {
                    if !matches!(self.role(here + 1), Some(NumberWord::Scale(_))) {
                        return None;
                    }
                    part = if seen == 0 { 1.0 } else { part };
                }
                Some(NumberWord::Scale(factor)) if seen > 0 || self.lexicon.numbers.head_first => {
                    let factor_of = if part == 0.0 { 1.0 } else { part };
                    if factor <= 100.0 {
                        part = factor_of * factor;
                        place = factor;
                    } else {
                        total = if total > 0.0 && total < factor { (total + part) * factor } else { total + factor_of * factor };
                        part = 0.0;
                        place = factor;
                    }
                    scale = scale.max(factor);
                }
                _ => break,
            }
            end = here + 1;
            seen += 1;
            // "seven and a half million", "dos millones y medio"
            if let Some(behind) = self.and_a_half(end, scale > 1.0) {
                let of_scale = if part == 0.0 { scale } else { 1.0 };
                part += 0.5 * of_scale;
                (end, place) = (behind, 0.0);
            }
        }
        if seen == 0 || seen == 1 && part == 0.5 {
            return None;
        }
        let value = total + part;
        Some(Number { value, scale, end, is_one: seen == 1 && value == 1.0, is_label: false })
    }

    /// "and a half", "y medio": where it ends. "two and half of the voters" are two numbers, unless the first is scaled.
    fn and_a_half(&self, at: usize, scaled: bool) -> Option<usize> {
        let joined = self.token(at).is_some_and(|t| self.lexicon.numbers.is_join(t.norm()));
        let half = at + 1 + usize::from(self.role(at + 1) == Some(NumberWord::Article));
        let of = self.role(half + 1) == Some(NumberWord::Partitive) && !scaled;
        (joined && self.role(half) == Some(NumberWord::Half) && !of).then_some(half + 1)
    }

    /// "twenty-five"
    fn twofold(&self, word: &str) -> Option<f64> {
        let (tens, ones) = word.split_once('-')?;
        let (tens, ones) = (self.lexicon.numbers.value(tens)?, self.lexicon.numbers.value(ones)?);
        (tens >= 20.0 && ones < 10.0).then_some(tens + ones)
    }

    /// The range that a number opens: "5 to 10 million", "between $5 and $10", "5 percent to 10 percent".
    pub(super) fn range(&self, start: usize, first: &Number, money: Option<&String>, free: usize) -> Option<Span> {
        let numbers = &self.lexicon.numbers;
        let own = numbers.units.behind.longest(self.ahead(first.end));
        let plain = (first.end, None);
        [Some(plain), own.map(|(unit, length)| (first.end + length, Some(unit)))].into_iter().flatten().find_map(|(end, own)| {
            let joiner = self.token(end)?.norm();
            let opens = |opener: &String| {
                opener.is_empty() || start.checked_sub(1).filter(|i| *i >= free).is_some_and(|i| self.tokens[i].is(opener))
            };
            let (opener, _) = numbers.ranges.iter().find(|(opener, word)| word == joiner && opens(opener))?;
            let mut at = end + 1;
            let mut currency = None;
            // A currency may take two tokens: "US$".
            while at < end + 3
                && let Some((code, _)) = numbers.units.before.longest(self.back(at + 1, end + 1))
            {
                currency = Some(code);
                at += 1;
            }
            let second = self.number(at)?;
            let unit = numbers.units.behind.longest(self.ahead(second.end)).map(|(unit, _)| unit);
            // "fell 41 percent to $212 million" is no range.
            let alike = (currency.is_none() || currency == money) && (own.is_none() || own == unit);
            // "5 to 10 million": the scale of the second holds for both.
            let scale = if second.scale > 1.0 && first.scale <= 1.0 { second.scale } else { 1.0 };
            let (low, high) = (first.value * scale, second.value);
            let start = start - usize::from(!opener.is_empty());
            (alike && first.value < second.value && low <= high).then_some(Span { start, end: second.end, low, high })
        })
    }

    /// Whether the token at `at` is a dash between two numbers, without a space.
    pub(super) fn is_glued_dash(&self, at: usize) -> bool {
        let (Some(before), Some(dash), Some(behind)) = (self.token(at.wrapping_sub(1)), self.token(at), self.token(at + 1))
        else {
            return false;
        };
        dash.kind == TokenKind::Mark
            && dash.norm() == "-"
            && behind.kind == TokenKind::Number
            && before.end == dash.start
            && dash.end == behind.start
    }

    /// "Boeing 737", "Article 50", "Dec 5": digits behind a name or a word that numbers its kind.
    pub(super) fn is_name(&self, at: usize, number: &Number, free: usize, unit_end: usize) -> bool {
        let Some(before) = at.checked_sub(1).filter(|i| *i >= free && number.is_label) else { return false };
        // "No. 10"
        let word = if self.is_mark(before, '.') && before > free { before - 1 } else { before };
        let listed = self.lexicon.numbers.names.before.longest(self.back(word + 1, free)).is_some();
        let counts_persons = (number.end..unit_end).any(|i| self.tokens[i].has(Class::Person));
        let behind_name = self.tokens[before].text.chars().any(char::is_uppercase)
            && self.tag(before) == Some(Tag::Name)
            && !self.tokens[before].possessive;
        listed || behind_name && !counts_persons
    }
}

/// 100 for 200, 10 for 50, 1 for 7.
fn place_of(value: f64) -> f64 {
    [1000.0, 100.0, 10.0].into_iter().find(|place| value >= *place && value % place == 0.0).unwrap_or(1.0)
}
