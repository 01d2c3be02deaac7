//! Which endpoint a request is for.

use http::Method;
use matchit::Router;

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::Problem;

/// What answers at an endpoint.
pub(crate) type Handler = fn(&mut Exchange<'_>) -> Result<Answer, Problem>;

/// An endpoint: a method, a path with `{parameters}`, and what answers there. A last parameter written `{*name}` takes slashes,
/// as the names of labels have them.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) run: Handler,
}

/// A route of this method and path.
pub(crate) const fn on(method: Method, path: &'static str, run: Handler) -> Route {
    Route { method, path, run }
}

/// Whose API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Forge {
    /// GitHub's, at the root and under `/api/v3`.
    GitHub,
    /// GitCode's, under `/api/v5`.
    GitCode,
}

/// An endpoint that an API answers at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Whose API has it.
    pub forge: Forge,
    /// The method. What answers to `GET` answers to `HEAD` as well.
    pub method: Method,
    /// The path below the API's address, its parameters as `{name}`.
    pub path: &'static str,
}

/// All routes of an API, to be found by path.
pub(crate) struct Routes {
    router: Router<Vec<&'static Route>>,
    all: Vec<&'static Route>,
}

/// A route, and the parameters that the path of a request has for it, as they were sent.
pub(crate) struct Found<'p> {
    pub(crate) route: &'static Route,
    pub(crate) parameters: Vec<(String, &'p str)>,
}

impl Routes {
    pub(crate) fn new(tables: &[&'static [Route]]) -> Self {
        let all: Vec<&'static Route> = tables.iter().flat_map(|table| table.iter()).collect();
        let mut by_path: Vec<(&'static str, Vec<&'static Route>)> = Vec::new();
        for route in &all {
            match by_path.iter_mut().find(|(path, _)| *path == route.path) {
                Some((_, routes)) => routes.push(route),
                None => by_path.push((route.path, vec![route])),
            }
        }
        let mut router = Router::new();
        for (path, routes) in by_path {
            // Two paths that cannot be told apart are a fault of the tables, which a test finds.
            let inserted = router.insert(path, routes);
            debug_assert!(inserted.is_ok(), "{path}: {inserted:?}");
        }
        Self { router, all }
    }

    /// The route for a request; the path is not decoded yet.
    pub(crate) fn find<'p>(&self, method: &Method, path: &'p str) -> Option<Found<'p>> {
        let matched = self.router.at(path).ok()?;
        let method = match *method {
            Method::HEAD => &Method::GET,
            _ => method,
        };
        let route = matched.value.iter().find(|route| route.method == *method)?;
        let parameters = matched.params.iter();
        Some(Found {
            route,
            parameters: parameters
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        })
    }

    /// Whether there is a route for a path, be it for another method.
    pub(crate) fn knows(&self, path: &str) -> bool {
        self.router.at(path).is_ok()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &'static Route> + '_ {
        self.all.iter().copied()
    }
}
