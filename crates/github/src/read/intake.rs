//! What is remembered from one object to the next.

use std::sync::Arc;

use backlot_model::{Incoming, Place, RecordKind, Skipped, SourceRepository};

use super::import_api::Known;
use crate::shape::{FORGE, Form, Site};
use backlot_forge::cache::Cache;
use backlot_forge::repositories::Repositories;
use backlot_forge::slots::Order;

/// What is known about an object from where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Around<'t> {
    /// Where things are that do not say it themselves.
    pub(crate) site: Site<'t>,
    /// The number of the issue whose file it is in.
    pub(crate) parent: Option<u64>,
    /// The comment whose file it is in, by its id.
    pub(crate) comment: Option<u64>,
    /// Its place in a list whose order counts.
    pub(crate) position: Option<u64>,
}

/// Turns objects into records.
pub(crate) struct Intake {
    /// What is ready to be handed on.
    pub(crate) out: Vec<Incoming>,
    pub(super) cache: Cache,
    /// What bodies of requests have made so far.
    pub(super) requested: Known,
    orders: [Order; 16],
    repositories: Vec<(String, String)>,
    /// Where each stands, by its name in small letters.
    places: Repositories,
    main: (String, String),
    last: usize,
    host: Arc<str>,
    pub(super) file: Arc<str>,
    pub(super) line: u64,
    /// The keys that lead from the object to the embedded one that is read.
    pub(super) trail: Vec<&'static str>,
    /// Timeline items without a name of their own, to tell repeats apart: issue and hash.
    pub(super) repeats: (u64, rustc_hash::FxHashMap<u64, u32>),
    /// Comments without an id that were written in the same moment, to tell them apart.
    pub(super) alike: (String, rustc_hash::FxHashMap<String, u32>),
}

impl Intake {
    /// The repository at `main` is the one that most objects are in.
    pub(crate) fn new(main: (String, String)) -> Self {
        Self {
            out: Vec::new(),
            cache: Cache::default(),
            requested: Known::default(),
            orders: Default::default(),
            repositories: Vec::new(),
            places: Repositories::default(),
            main,
            last: 0,
            host: Arc::from("github.com"),
            file: Arc::from(""),
            line: 0,
            trail: Vec::new(),
            repeats: Default::default(),
            alike: Default::default(),
        }
    }

    /// The file that the next objects stand in.
    pub(crate) fn enter(&mut self, file: &str) {
        if *self.file != *file {
            self.file = file.into();
        }
    }

    /// The key orders of a form, taken out while an object is split.
    pub(super) fn order(&mut self, form: Form, kind: RecordKind) -> (&mut Order, &Cache) {
        let at = match (form, kind) {
            (Form::Timeline, RecordKind::Comment) => 15,
            _ => form as usize,
        };
        (&mut self.orders[at], &self.cache)
    }

    /// The number of a repository, which is announced when it is named for the first time.
    pub(super) fn repository(&mut self, site: Site<'_>) -> u32 {
        let same = |known: &(String, String)| {
            known.0 == site.host() && known.1.eq_ignore_ascii_case(site.repo)
        };
        if !self.repositories.get(self.last).is_some_and(same) {
            let name = site.repo.to_ascii_lowercase();
            self.last = match self.places.find(site.host(), &name) {
                Some(at) => at,
                None => {
                    let (host, name) = (site.host().to_owned(), site.repo.to_owned());
                    self.out.push(Incoming::Repository(SourceRepository {
                        is_main: self.main.0 == site.api && self.main.1.eq_ignore_ascii_case(&name),
                        host: host.clone(),
                        name: name.clone(),
                        forge: FORGE,
                        separate_numbers: false,
                    }));
                    self.places.note(&host, &name.to_ascii_lowercase());
                    self.repositories.push((host, name));
                    self.repositories.len() - 1
                }
            };
        }
        self.last as u32
    }

    /// The host of a site.
    pub(super) fn host(&mut self, site: Site<'_>) -> Arc<str> {
        if *self.host != *site.host() {
            self.host = site.host().into();
        }
        Arc::clone(&self.host)
    }

    /// The place of the object that is read.
    pub(super) fn place(&self, key: &str) -> Place {
        let mut path = String::new();
        if !key.is_empty() || !self.trail.is_empty() {
            path.push('$');
            for key in self
                .trail
                .iter()
                .copied()
                .chain((!key.is_empty()).then_some(key))
            {
                path.push('.');
                path.push_str(key);
            }
        }
        Place {
            file: Arc::clone(&self.file),
            line: self.line,
            path,
        }
    }

    /// Reports comments on lines of code, for which there is no place but beside what they belong to.
    pub(crate) fn skip_review_comments(&mut self, key: &str, count: usize) {
        let reason = match count {
            1 => "a review comment is kept as it came, and shown nowhere".to_owned(),
            _ => format!("{count} review comments are kept as they came, and shown nowhere"),
        };
        self.skip(key, reason, true);
    }

    /// Reports what was not understood.
    pub(crate) fn skip(&mut self, key: &str, reason: impl Into<String>, kept: bool) {
        let (place, reason) = (self.place(key), reason.into());
        self.out.push(Incoming::Skipped(Box::new(Skipped {
            place,
            reason,
            kept,
        })));
    }
}
