//! What the readers of every format hand on: the fields of one row, or what is wrong with it.

use super::columns::{Found, Role};
use super::{CorpusError, MAX_REVIEW, MAX_ROW};

/// Rows of one input, whatever its format. Each item is one record.
pub(super) type Rows = Box<dyn Iterator<Item = Result<Fields, Fault>> + Send>;

/// One row by role. All but the text are trimmed and never empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub id: Option<String>,
    pub film: Option<String>,
    pub critic: Option<String>,
    pub outlet: Option<String>,
    pub date: Option<String>,
    pub rating: Option<String>,
    /// As given; not blank.
    pub text: String,
}

/// Why there is no row.
#[derive(Debug)]
pub(super) enum Fault {
    /// This row is rejected; the next one can be read.
    Row(String),
    /// This row and everything after it in this input is rejected.
    Rest(String),
    /// The run cannot go on.
    Stop(CorpusError),
}

impl Fault {
    /// Reading failed: a damaged archive or a failing disk.
    pub fn unreadable(error: &std::io::Error) -> Fault {
        Fault::Rest(format!("the input cannot be read on from here: {}", clip(&error.to_string(), 120)))
    }

    /// The row is larger than [`MAX_ROW`].
    pub fn too_large() -> Fault {
        Fault::larger_than(MAX_ROW)
    }

    fn larger_than(most: usize) -> Fault {
        Fault::Row(format!("larger than {} MiB", most >> 20))
    }
}

impl Fields {
    /// Everything but the text, from a row whose cells `cell` gives by their place.
    pub fn without_text(found: &Found, mut cell: impl FnMut(usize) -> Option<String>) -> Fields {
        let mut tidy = |role| {
            let value = cell(found.get(role)?)?;
            let value = value.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        Fields {
            id: tidy(Role::Id),
            film: tidy(Role::Film),
            critic: tidy(Role::Critic),
            outlet: tidy(Role::Outlet),
            date: tidy(Role::Date),
            rating: tidy(Role::Rating),
            text: String::new(),
        }
    }

    /// The same row with its text.
    ///
    /// # Errors
    /// [`Fault::Row`] if the text is missing or nothing but white space, or the row larger than [`MAX_REVIEW`].
    pub fn with_text(self, text: Option<String>) -> Result<Fields, Fault> {
        match text {
            Some(text) if !text.trim().is_empty() => {
                let Fields { id, film, critic, outlet, date, rating, .. } = &self;
                let others = [id, film, critic, outlet, date, rating].into_iter().flatten();
                let size = others.map(String::len).sum::<usize>() + text.len();
                if size > MAX_REVIEW {
                    Err(Fault::larger_than(MAX_REVIEW))
                } else {
                    Ok(Fields { text, ..self })
                }
            }
            _ => Err(Fault::Row("no text".into())),
        }
    }
}

/// `text` on one line and cut to `most` characters.
pub(super) fn clip(text: &str, most: usize) -> String {
    let mut line: String =
        text.chars().take(most).map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        line.push('…');
    }
    line
}
