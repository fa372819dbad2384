//! A part of a matrix that goes by row by row.

use std::ops::Range;

use super::grown;

/// The rows of a matrix between two of its rows: new ones come at the end, old ones go at the beginning.
///
/// Its memory only grows, and no further than the most rows that it ever held.
#[derive(Default)]
pub struct Window {
    memory: Vec<f32>,
    /// Index of the first row that is held.
    first: usize,
    /// Index after the last.
    end: usize,
}

impl Window {
    /// Holds nothing; the next row is the matrix's first.
    pub fn clear(&mut self) {
        (self.first, self.end) = (0, 0);
    }

    /// Index after the last row.
    pub fn end(&self) -> usize {
        self.end
    }

    /// Lets go of all rows before `row`.
    pub fn forget(&mut self, row: usize, width: usize) {
        let gone = row.clamp(self.first, self.end) - self.first;
        if gone > 0 {
            self.memory.copy_within(gone * width..(self.end - self.first) * width, 0);
            self.first += gone;
        }
    }

    /// Room for so many new rows; what they hold is left over from others.
    pub fn extend(&mut self, rows: usize, width: usize) -> &mut [f32] {
        let held = self.end - self.first;
        self.end += rows;
        &mut grown(&mut self.memory, (held + rows) * width)[held * width..]
    }

    /// Some of the rows that are held.
    pub fn rows(&self, rows: Range<usize>, width: usize) -> &[f32] {
        &self.memory[(rows.start - self.first) * width..(rows.end - self.first) * width]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_places() {
        let mut window = Window::default();
        for first in [0, 3, 6] {
            window
                .extend(3, 2)
                .iter_mut()
                .enumerate()
                .for_each(|(at, value)| *value = (2 * first + at) as f32);
            window.forget(first + 1, 2);
        }
        assert_eq!(window.end(), 9);
        assert_eq!(window.rows(7..9, 2), [14.0, 15.0, 16.0, 17.0]);
        window.forget(100, 2);
        assert!(window.rows(9..9, 2).is_empty());
        window.clear();
        assert_eq!(window.extend(1, 2).len(), 2);
    }
}
