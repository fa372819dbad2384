//! The year of a date in whatever form it was given.

/// Years that a review can be of.
const YEARS: std::ops::RangeInclusive<i32> = 1880..=2199;

/// The year of `2024-05-02`, `2024`, `02/05/2024`, `May 2, 2024` or `20240502`: the first number of four digits that can be a
/// year, or the first four digits of one of eight.
pub(super) fn year(date: &str) -> Option<i32> {
    date.split(|letter: char| !letter.is_ascii_digit())
        .filter(|digits| matches!(digits.len(), 4 | 8))
        .filter_map(|digits| digits.get(..4)?.parse().ok())
        .find(|year| YEARS.contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_of_many_forms() {
        for date in [
            "2024-05-02",
            "2024",
            "02/05/2024",
            "May 2, 2024",
            "2 May 2024",
            "20240502",
            "2024-05-02T10:00:00Z",
            "2.5.2024",
            "Thu, 02 May 2024 10:00:00 +0100",
        ] {
            assert_eq!(year(date), Some(2024), "{date}");
        }
        for date in ["", "May", "02/05/24", "12345", "1000", "9999-01-01", "٢٠٢٤"] {
            assert_eq!(year(date), None, "{date}");
        }
    }
}
