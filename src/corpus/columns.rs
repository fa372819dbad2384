//! Which column of a table, or key of an object, holds what.

/// Columns named by the user; `None` looks for the usual names.
///
/// Names are compared as given first, then without regard to case, outer white space, and the difference
/// between space, `-` and `_`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// The review itself.
    pub text: Option<String>,
    /// An identifier, unique or made so.
    pub id: Option<String>,
    /// Title of the film or product.
    pub film: Option<String>,
    /// Who wrote it.
    pub critic: Option<String>,
    /// Where it was published.
    pub outlet: Option<String>,
    /// When it was published.
    pub date: Option<String>,
    /// The rating.
    pub rating: Option<String>,
}

/// What a column is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Text,
    Id,
    Film,
    Critic,
    Outlet,
    Date,
    Rating,
}

/// For each role, in the order of [`Role`]: its flag and its usual names, the preferred first. No name serves
/// two roles.
const ROLES: [(Role, &str, &[&str]); 7] = [
    (
        Role::Text,
        "--text-column",
        &["text", "review", "review_text", "content", "body", "reviewtext", "comment"],
    ),
    (Role::Id, "--id-column", &["id", "review_id"]),
    (Role::Film, "--film-column", &["film", "movie", "title", "film_title", "movie_title", "product"]),
    (Role::Critic, "--critic-column", &["critic", "author", "reviewer", "critic_name"]),
    (Role::Outlet, "--outlet-column", &["outlet", "publisher", "publication", "publication_name", "source"]),
    (Role::Date, "--date-column", &["date", "review_date", "published"]),
    (Role::Rating, "--rating-column", &["rating", "score", "stars", "grade", "review_score"]),
];

/// Where each role was found: places in the list of names that was searched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found([Option<usize>; ROLES.len()]);

impl Found {
    /// Place of the role's column, if there is one.
    pub fn get(&self, role: Role) -> Option<usize> {
        self.0[role as usize]
    }

    /// Places of all roles that were found, in order, each once.
    pub fn places(&self) -> Vec<usize> {
        let mut places: Vec<usize> = self.0.iter().flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

fn plain(name: &str) -> String {
    name.trim()
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| if matches!(c, ' ' | '-') { '_' } else { c })
        .collect()
}

impl Columns {
    fn named(&self, role: Role) -> Option<&str> {
        match role {
            Role::Text => &self.text,
            Role::Id => &self.id,
            Role::Film => &self.film,
            Role::Critic => &self.critic,
            Role::Outlet => &self.outlet,
            Role::Date => &self.date,
            Role::Rating => &self.rating,
        }
        .as_deref()
    }

    /// Places of the roles among `names`. Named columns come first and are not found a second time by a usual
    /// name: with `--text-column title`, the title is no film.
    pub(super) fn find<S: AsRef<str>>(&self, names: &[S]) -> Found {
        let plain_names: Vec<String> = names.iter().map(|n| plain(n.as_ref())).collect();
        let mut named = [None; ROLES.len()];
        for (role, _, _) in ROLES {
            if let Some(wanted) = self.named(role) {
                let exact = names.iter().position(|n| n.as_ref().trim() == wanted.trim());
                named[role as usize] = exact.or_else(|| plain_names.iter().position(|n| *n == plain(wanted)));
            }
        }
        let mut found = named;
        for (role, _, usual) in ROLES {
            if self.named(role).is_none() {
                found[role as usize] = usual.iter().find_map(|wanted| {
                    (0..plain_names.len()).find(|i| plain_names[*i] == *wanted && !named.contains(&Some(*i)))
                });
            }
        }
        Found(found)
    }

    /// The first flag whose named column was not found, with that name.
    pub(super) fn missing(&self, found: &Found) -> Option<(&'static str, &str)> {
        ROLES.iter().find_map(|(role, flag, _)| {
            self.named(*role).filter(|_| found.get(*role).is_none()).map(|name| (*flag, name))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(columns: &Columns, names: &[&str]) -> Vec<(Role, usize)> {
        let found = columns.find(names);
        ROLES.iter().filter_map(|(role, _, _)| Some((*role, found.get(*role)?))).collect()
    }

    #[test]
    fn roles_are_in_order_and_share_no_name() {
        let mut all: Vec<&str> = Vec::new();
        for (i, (role, _, names)) in ROLES.iter().enumerate() {
            assert_eq!(*role as usize, i);
            all.extend(*names);
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn usual_names_in_any_case_and_spelling() {
        assert_eq!(
            places(
                &Columns::default(),
                &[
                    " Review Text ",
                    "MOVIE-TITLE",
                    "Author",
                    "Publication",
                    "Review Date",
                    "Stars",
                    "review-id"
                ]
            ),
            [
                (Role::Text, 0),
                (Role::Id, 6),
                (Role::Film, 1),
                (Role::Critic, 2),
                (Role::Outlet, 3),
                (Role::Date, 4),
                (Role::Rating, 5)
            ]
        );
        assert_eq!(places(&Columns::default(), &["plot", "verdict"]), []);
    }

    #[test]
    fn earlier_names_are_preferred() {
        assert_eq!(
            places(&Columns::default(), &["body", "title", "film", "text", "score", "rating"]),
            [(Role::Text, 3), (Role::Film, 2), (Role::Rating, 5)]
        );
        assert_eq!(places(&Columns::default(), &["text", "Text"]), [(Role::Text, 0)]);
    }

    #[test]
    fn flags_win_and_claim_their_column() {
        let columns =
            Columns { text: Some("title".into()), film: Some("work of art".into()), ..Default::default() };
        assert_eq!(
            places(&columns, &["text", "Work_Of_Art", "title", "movie"]),
            [(Role::Text, 2), (Role::Film, 1)]
        );
        let only_text = Columns { text: Some("title".into()), ..Default::default() };
        assert_eq!(places(&only_text, &["title"]), [(Role::Text, 0)]);
        let exact = Columns { text: Some("Text".into()), ..Default::default() };
        assert_eq!(places(&exact, &["text", "Text"]), [(Role::Text, 1)]);
    }

    #[test]
    fn missing_flags_are_told() {
        let columns = Columns { date: Some("when".into()), ..Default::default() };
        let names = ["text", "date"];
        assert_eq!(columns.missing(&columns.find(&names)), Some(("--date-column", "when")));
        assert_eq!(Columns::default().missing(&Found::default()), None);
    }
}
