//! Observations gathered by the pair of their levels.

use super::Observation;

/// A level that is not known.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// All values with one pair of levels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cell {
    /// Level of the outer factor, the one with more levels, or [`UNKNOWN`].
    pub outer: u32,
    /// Level of the inner factor, or [`UNKNOWN`].
    pub inner: u32,
    /// Number of values.
    pub count: f64,
    /// Their sum, less the mean of all values for each.
    pub sum: f64,
}

/// The observations as a fit needs them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cells {
    /// Sorted by their levels.
    pub cells: Vec<Cell>,
    /// Where the cells of each outer level begin, and where the last ends. Those without one come last.
    pub starts: Vec<usize>,
    /// Number of inner levels.
    pub inner: usize,
    /// Number of values.
    pub count: f64,
    /// Mean of the values.
    pub mean: f64,
    /// Sum of the squared distances from the mean.
    pub squares: f64,
    /// Sum of the squared distances from the mean, by whether outer and inner level are unknown.
    pub squares_by: [[f64; 2]; 2],
    /// Whether the second factor is the outer one.
    pub swapped: bool,
}

impl Cells {
    /// Gathers observations with so many levels of each factor.
    pub(super) fn new(observations: &[Observation], levels: [usize; 2]) -> Self {
        let swapped = levels[1] > levels[0];
        let order = if swapped { [1, 0] } else { [0, 1] };
        let count = observations.len() as f64;
        let mean = observations.iter().map(|one| one.value).sum::<f64>() / count;
        let mut squares_by = [[0.0; 2]; 2];
        let mut cells: Vec<Cell> = Vec::with_capacity(observations.len());
        for one in observations {
            let [outer, inner] = order.map(|factor| one.levels[factor].unwrap_or(UNKNOWN));
            let value = one.value - mean;
            squares_by[usize::from(outer == UNKNOWN)][usize::from(inner == UNKNOWN)] += value * value;
            cells.push(Cell { outer, inner, count: 1.0, sum: value });
        }
        cells.sort_by_key(|cell| (cell.outer, cell.inner));
        cells.dedup_by(|next, cell| {
            let same = (next.outer, next.inner) == (cell.outer, cell.inner);
            if same {
                cell.count += next.count;
                cell.sum += next.sum;
            }
            same
        });
        let starts = (0..=levels[order[0]] as u32).map(|level| cells.partition_point(|c| c.outer < level));
        Cells {
            starts: starts.collect(),
            inner: levels[order[1]],
            count,
            mean,
            squares: squares_by.iter().flatten().sum(),
            squares_by,
            swapped,
            cells,
        }
    }

    /// Number of outer levels.
    pub(super) fn outer(&self) -> usize {
        self.starts.len() - 1
    }

    /// The cells of an outer level: those of a known inner level, and the one without.
    pub(super) fn of(&self, outer: usize) -> (&[Cell], Option<&Cell>) {
        let cells = &self.cells[self.starts[outer]..self.starts[outer + 1]];
        split(cells)
    }

    /// The cells without an outer level, parted alike.
    pub(super) fn without_outer(&self) -> (&[Cell], Option<&Cell>) {
        split(&self.cells[self.starts[self.outer()]..])
    }

    /// Whether the effects of the outer and of the inner factor can be told from residuals: some level of it has several
    /// values, and there are several levels.
    pub(super) fn told_apart(&self) -> [bool; 2] {
        let mut counts = [vec![0.0; self.outer()], vec![0.0; self.inner]];
        for cell in &self.cells {
            for (counts, level) in counts.iter_mut().zip([cell.outer, cell.inner]) {
                if let Some(count) = counts.get_mut(level as usize) {
                    *count += cell.count;
                }
            }
        }
        counts.map(|counts| {
            counts.iter().any(|count| *count > 1.0) && counts.iter().filter(|count| **count > 0.0).count() > 1
        })
    }
}

/// Cells in the order of their inner level, of which the last may be unknown.
fn split(cells: &[Cell]) -> (&[Cell], Option<&Cell>) {
    match cells {
        [known @ .., last] if last.inner == UNKNOWN => (known, Some(last)),
        known => (known, None),
    }
}
