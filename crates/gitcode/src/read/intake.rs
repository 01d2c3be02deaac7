//! What is remembered from one object to the next.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use backlot_forge::cache::Cache;
use backlot_forge::repositories::Repositories;
use backlot_forge::slots::Order;
use backlot_model::{Incoming, Place, Skipped, SourceRepository};
use rustc_hash::{FxHashMap, FxHasher};

use crate::shape::{FORGE, Form, HOST, Site};

/// What is known about an object from where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Around<'t> {
    /// Where things are that do not say it themselves.
    pub(crate) site: Site<'t>,
    /// The number of the issue whose file it is in.
    pub(crate) parent: Option<u64>,
    /// The comment whose file it is in, by its id.
    pub(crate) comment: Option<u64>,
    /// The place in the list that is read.
    pub(crate) position: u64,
}

/// Turns objects into records.
pub(crate) struct Intake {
    /// What is ready to be handed on.
    pub(crate) out: Vec<Incoming>,
    pub(super) cache: Cache,
    orders: [Order; 13],
    repositories: Vec<(String, String)>,
    /// Where each stands, by its name in small letters.
    places: Repositories,
    main: (String, String),
    last: usize,
    host: Arc<str>,
    file: Arc<str>,
    pub(super) line: u64,
    /// Whether the keys of any object told what it is.
    pub(super) has_understood: bool,
    /// A hash of the first webhook of each issue and of each comment.
    hooks: FxHashMap<(Form, u64), u64>,
    /// The name of each label of each repository, by that name in small letters.
    labels: FxHashMap<(u32, String), String>,
    /// The keys that lead from the object to the embedded one that is read.
    pub(super) trail: Vec<&'static str>,
}

impl Intake {
    /// The repository at `main` is the one that most objects are in.
    pub(crate) fn new(main: (String, String)) -> Self {
        Self {
            out: Vec::new(),
            cache: Cache::default(),
            orders: Default::default(),
            repositories: Vec::new(),
            places: Repositories::default(),
            main: (Site::new(&main.0, "").forge().to_owned(), main.1),
            last: 0,
            host: Arc::from(HOST),
            file: Arc::from(""),
            line: 0,
            has_understood: false,
            hooks: FxHashMap::default(),
            labels: FxHashMap::default(),
            trail: Vec::new(),
        }
    }

    /// The file that the next objects stand in.
    pub(crate) fn enter(&mut self, file: &str) {
        if *self.file != *file {
            self.file = file.into();
        }
    }

    /// The key orders of a form, and the embedded objects that are known by their text.
    pub(super) fn order(&mut self, form: Form) -> (&mut Order, &Cache) {
        (&mut self.orders[form as usize], &self.cache)
    }

    /// Whether another webhook has told of the same issue or comment.
    pub(super) fn is_told_before(&mut self, form: Form, id: u64, text: &str) -> bool {
        let mut hasher = FxHasher::default();
        text.hash(&mut hasher);
        let hash = hasher.finish();
        *self.hooks.entry((form, id)).or_insert(hash) != hash
    }

    /// The name of another label that differs from this one in nothing but case.
    pub(super) fn same_but_for_case(&mut self, repository: u32, name: &str) -> Option<String> {
        let key = (repository, name.to_lowercase());
        let first = self.labels.entry(key).or_insert_with(|| name.to_owned());
        (first != name).then(|| first.clone())
    }

    /// Whether a site is that of the repository that most objects are in.
    pub(super) fn is_main(&self, site: Site<'_>) -> bool {
        self.main.0 == site.forge() && self.main.1 == site.repo
    }

    /// The number of a repository, which is announced when it is named for the first time.
    pub(super) fn repository(&mut self, site: Site<'_>) -> u32 {
        let same = |known: &(String, String)| {
            known.0 == site.forge() && known.1.eq_ignore_ascii_case(site.repo)
        };
        if !self.repositories.get(self.last).is_some_and(same) {
            let name = site.repo.to_ascii_lowercase();
            self.last = match self.places.find(site.forge(), &name) {
                Some(at) => at,
                None => {
                    let (host, name) = (site.forge().to_owned(), site.repo.to_owned());
                    self.out.push(Incoming::Repository(SourceRepository {
                        is_main: self.main.0 == host && self.main.1.eq_ignore_ascii_case(&name),
                        host: host.clone(),
                        name: name.clone(),
                        forge: FORGE,
                        separate_numbers: true,
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
        if *self.host != *site.forge() {
            self.host = site.forge().into();
        }
        Arc::clone(&self.host)
    }

    /// The place of the object that is read.
    pub(super) fn place(&self, key: &str) -> Place {
        let mut path = String::new();
        let keys = self.trail.iter().copied();
        for key in keys.chain((!key.is_empty()).then_some(key)) {
            path.push_str(if path.is_empty() { "$." } else { "." });
            path.push_str(key);
        }
        Place {
            file: Arc::clone(&self.file),
            line: self.line,
            path,
        }
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
