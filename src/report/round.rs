//! Rounding of what is reported.

use crate::analysis::Analysis;

/// To four decimals; never minus zero.
pub(crate) fn round(number: f64) -> f64 {
    // Adding zero turns −0.0 into 0.0.
    (number * 1e4).round() / 1e4 + 0.0
}

/// The same analysis with every figure rounded.
pub(super) fn rounded(mut analysis: Analysis) -> Analysis {
    let tone = &mut analysis.tone;
    let mut figures =
        vec![&mut tone.score, &mut tone.confidence, &mut tone.ambivalence, &mut tone.opinion_share];
    for entity in &mut analysis.entities {
        figures.push(&mut entity.salience);
        figures.extend(entity.tone.as_mut());
    }
    figures.extend(analysis.film.as_mut().map(|film| &mut film.confidence));
    figures.extend(analysis.language.as_mut().map(|language| &mut language.confidence));
    for emotion in &mut analysis.emotions {
        figures.extend([&mut emotion.score, &mut emotion.lift]);
    }
    for aspect in &mut analysis.aspects {
        figures.extend([&mut aspect.score, &mut aspect.confidence]);
    }
    figures.extend(analysis.keyphrases.iter_mut().map(|phrase| &mut phrase.score));
    for sentence in &mut analysis.sentences {
        figures.extend([&mut sentence.score, &mut sentence.opinion, &mut sentence.weight]);
    }
    for figure in figures {
        *figure = round(*figure);
    }
    analysis
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_decimals_and_no_minus_zero() {
        assert_eq!(round(0.123_45), 0.1235);
        assert_eq!(round(-0.987_649), -0.9876);
        assert_eq!(round(1.0), 1.0);
        assert!(round(-0.000_01).is_sign_positive());
        assert_eq!(format!("{}", round(1.0 / 3.0)), "0.3333");
    }
}
