//! The API: a request in, a response out.

use std::cell::Cell;
use std::sync::{PoisonError, RwLock};

use backlot_core::{Environment as _, Store, SystemEnvironment};
use backlot_github::ApiVersion;
use backlot_model::Timestamp;
use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LAST_MODIFIED,
    LOCATION, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;

use crate::access::{self, Caller, Permission};
use crate::address::Address;
use crate::answer::Answer;
use crate::conditional;
use crate::exchange::{Exchange, changed};
use crate::gitcode;
use crate::github;
use crate::kept::{Kept, Question};
use crate::media::{self, Accepted};
use crate::options::ApiOptions;
use crate::precondition;
use crate::problem::Problem;
use crate::query::Query;
use crate::route::{Endpoint, Forge, Routes};
use crate::view::repository_with_number;

/// The requests an hour that are told to be allowed; none is counted.
const RATE: &str = "5000";

/// The forges' APIs on one store. It is synchronous, has no sockets, and any number of threads may call it.
pub struct Api {
    store: Store,
    options: ApiOptions,
    github: Routes,
    gitcode: Routes,
    kept: Kept,
    /// Held alone by a write that depends on what it finds, by all others together.
    writing: RwLock<()>,
}

impl Api {
    /// The APIs on a store.
    pub fn new(store: Store, options: ApiOptions) -> Self {
        Self {
            kept: Kept::new(options.kept_bytes),
            store,
            options,
            github: github::routes(),
            gitcode: gitcode::routes(),
            writing: RwLock::new(()),
        }
    }

    /// The store.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// GitHub's endpoints.
    pub(crate) const fn github(&self) -> &Routes {
        &self.github
    }

    pub(crate) const fn options(&self) -> &ApiOptions {
        &self.options
    }

    /// Every endpoint that it answers at.
    pub fn endpoints(&self) -> impl Iterator<Item = Endpoint> + '_ {
        let of = |forge, routes: &'_ Routes| {
            let all: Vec<Endpoint> = routes
                .all()
                .map(|route| Endpoint {
                    forge,
                    method: route.method.clone(),
                    path: route.path,
                })
                .collect();
            all
        };
        let github = of(Forge::GitHub, &self.github);
        github.into_iter().chain(of(Forge::GitCode, &self.gitcode))
    }

    /// Answers a request. The forge is told by the path: GitCode's API is under `/api/v5`, GitHub's at the root
    /// and under `/api/v3`. Addresses in the answer begin as those of the request do.
    #[expect(clippy::needless_pass_by_value, reason = "a request is answered once")]
    pub fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path();
        let under = |prefix: &str| {
            path.strip_prefix(prefix)
                .filter(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if let Some(rest) = under("/api/v5") {
            return self.answer(&request, Forge::GitCode, "/api/v5", rest);
        }
        // Beside the rest of it, as enterprise servers have it.
        if path == "/api/graphql" {
            return self.answer(&request, Forge::GitHub, "/api/v3", "/graphql");
        }
        match under("/api/v3") {
            Some(rest) => self.answer(&request, Forge::GitHub, "/api/v3", rest),
            None => self.answer(&request, Forge::GitHub, "", path),
        }
    }

    fn answer(
        &self,
        request: &Request<Bytes>,
        forge: Forge,
        prefix: &str,
        path: &str,
    ) -> Response<Bytes> {
        let headers = request.headers();
        let address = Address::of(request.uri(), headers, prefix);
        let accepted = match forge {
            Forge::GitHub => media::accepted(headers),
            Forge::GitCode => Ok(media::plain()),
        };
        let representation = accepted
            .as_ref()
            .ok()
            .map(|accepted| accepted.shown.clone());
        let answered =
            accepted.and_then(|accepted| self.run(request, forge, &address, &accepted, path));
        let answered = match forge {
            Forge::GitHub => answered,
            Forge::GitCode => answered.map_err(gitcode::refusal),
        };
        let mut response = match answered {
            Ok(answer) => respond(
                answer,
                request,
                representation.as_deref().unwrap_or_default(),
            ),
            Err(mut problem) => {
                // After a 301 many clients ask with GET for what they wanted to write.
                let reads = matches!(*request.method(), Method::GET | Method::HEAD);
                if problem.place.is_some() && !reads {
                    problem.status = StatusCode::TEMPORARY_REDIRECT;
                }
                let query = Query::parse(request.uri().query().unwrap_or_default());
                refuse(&problem, forge, &address, path, &query)
            }
        };
        tell_caches(response.headers_mut());
        if forge == Forge::GitHub {
            tell_place(&mut response);
            tell_github(response.headers_mut(), representation.as_deref(), headers);
        }
        if *request.method() == Method::HEAD {
            *response.body_mut() = Bytes::new();
        }
        response
    }

    fn run(
        &self,
        request: &Request<Bytes>,
        forge: Forge,
        address: &Address,
        accepted: &Accepted,
        path: &str,
    ) -> Result<Answer, Problem> {
        let headers = request.headers();
        let version = match forge {
            Forge::GitHub => media::version(headers)?,
            Forge::GitCode => ApiVersion::V2022,
        };
        let query = Query::parse(request.uri().query().unwrap_or_default());
        let token = access::token(headers, &query);
        let caller = self
            .options
            .caller(token.as_deref())
            .map_err(|()| Problem::new(StatusCode::UNAUTHORIZED, "Bad credentials"))?;
        if caller.is_some_and(|caller| caller.permission == Permission::None) {
            return Err(Problem::forbidden("Sorry. Your account was suspended."));
        }
        if caller.is_none() && self.options.is_private {
            let told = "Requires authentication";
            return Err(Problem::new(StatusCode::UNAUTHORIZED, told));
        }
        let asked = Asked {
            request,
            forge,
            address,
            accepted,
            path,
            version,
            caller,
        };
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if !reads || !request.body().is_empty() || !self.kept.is_used() {
            return self.find(&asked, query, &mut false);
        }
        let question = Question::new(forge, request.uri(), address, version, accepted, caller);
        let sequence = self.store.last_sequence()?;
        if let Some(answer) = self.kept.answer(sequence, &question) {
            return Ok(answer);
        }
        let mut is_of_now = false;
        let mut answer = self.find(&asked, query, &mut is_of_now)?;
        // Where nothing was committed between the two, whatever was read showed this commit.
        if answer.status == StatusCode::OK && !is_of_now && self.store.last_sequence()? == sequence
        {
            let tag = conditional::tag(&answer.body, &accepted.shown);
            answer.tag = HeaderValue::from_str(&tag).ok();
            self.kept.keep(sequence, question, &answer);
        }
        Ok(answer)
    }

    /// Finds the endpoint and has it answer. `is_of_now` becomes true where the answer depends on the moment.
    fn find(
        &self,
        asked: &Asked<'_>,
        query: Query,
        is_of_now: &mut bool,
    ) -> Result<Answer, Problem> {
        let Asked {
            request,
            forge,
            accepted,
            path,
            ..
        } = *asked;
        let headers = request.headers();
        let routes = match forge {
            Forge::GitHub => &self.github,
            Forge::GitCode => &self.gitcode,
        };
        let by_name = match forge {
            Forge::GitHub => self.by_name(path)?,
            Forge::GitCode => None,
        };
        let path = by_name.as_deref().unwrap_or(path);
        let found = routes.find(request.method(), path);
        let found = found.ok_or_else(|| match forge {
            Forge::GitCode if routes.knows(path) => {
                Problem::new(StatusCode::METHOD_NOT_ALLOWED, "405 Not Allowed")
            }
            _ => Problem::not_found(),
        })?;
        let mut parameters = Vec::with_capacity(found.parameters.len());
        for (name, value) in found.parameters {
            let decoded = percent_decode_str(value).decode_utf8();
            let decoded = decoded.map_err(|_| Problem::not_found())?;
            if decoded.contains('\0') {
                return Err(Problem::not_found());
            }
            parameters.push((name, decoded.into_owned()));
        }
        let mut exchange = Exchange {
            api: self,
            parameters,
            query,
            headers,
            body: request.body(),
            caller: asked.caller.cloned(),
            address: asked.address.clone(),
            path: path.to_owned(),
            version: asked.version,
            media: accepted.media,
            is_of_now: Cell::new(false),
            seen: Cell::default(),
        };
        if found.route.method == Method::GET {
            let answer = (found.route.run)(&mut exchange);
            *is_of_now = exchange.is_of_now.get();
            return answer;
        }
        if precondition::is_conditional(request.method(), headers) {
            // Who may not write at all keeps nobody waiting.
            exchange.check_may_write()?;
            let _alone = self.writing.write().unwrap_or_else(PoisonError::into_inner);
            exchange.seen.set(Some(self.store.last_sequence()?));
            let present = routes.find(&Method::GET, path);
            let present = present.and_then(|found| (found.route.run)(&mut exchange).ok());
            let tag = present
                .as_ref()
                .map(|present| conditional::tag(&present.body, &accepted.shown));
            let modified = changed(&self.store.read()?)?;
            precondition::check(headers, path, tag.as_deref(), modified)?;
            return (found.route.run)(&mut exchange);
        }
        let _together = self.writing.read().unwrap_or_else(PoisonError::into_inner);
        (found.route.run)(&mut exchange)
    }
}

/// A request whose caller may ask.
#[derive(Clone, Copy)]
struct Asked<'a> {
    request: &'a Request<Bytes>,
    forge: Forge,
    address: &'a Address,
    accepted: &'a Accepted,
    /// The path below the address of the API.
    path: &'a str,
    version: ApiVersion,
    caller: Option<&'a Caller>,
}

impl Api {
    /// The path of what was asked for below a repository's number, as links to pages have it, with its name in place
    /// of that.
    fn by_name(&self, path: &str) -> Result<Option<String>, Problem> {
        let Some(below) = path.strip_prefix("/repositories/") else {
            return Ok(None);
        };
        let (number, rest) = below.split_once('/').unwrap_or((below, ""));
        let number: u64 = number.parse().map_err(|_| Problem::not_found())?;
        let snapshot = self.store.read()?;
        let name = repository_with_number(&snapshot, number)?.name;
        let path = format!("/repos/{name}/{rest}");
        Ok(Some(path.trim_end_matches('/').to_owned()))
    }
}

fn respond(answer: Answer, request: &Request<Bytes>, representation: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    let headers = response.headers_mut();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && answer.status == StatusCode::OK {
        let known = answer.tag.as_ref().and_then(|tag| tag.to_str().ok());
        let tag = known.map_or_else(
            || conditional::tag(&answer.body, representation),
            str::to_owned,
        );
        put(headers, ETAG, &tag);
        let modified = answer.last_modified;
        let modified = modified.and_then(|at| conditional::http_date(at, now()));
        if let Some(modified) = modified {
            put(headers, LAST_MODIFIED, &modified);
        }
        if conditional::is_known(request.headers(), &tag, answer.last_modified) {
            headers.extend(
                answer
                    .headers
                    .into_iter()
                    .map(|(name, value)| (Some(name), value)),
            );
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
    }
    for (name, value) in answer.headers {
        headers.append(name, value);
    }
    let has_body = answer.status != StatusCode::NO_CONTENT;
    if has_body && !headers.contains_key(CONTENT_TYPE) {
        put(headers, CONTENT_TYPE, "application/json; charset=utf-8");
    }
    if has_body {
        put(headers, CONTENT_LENGTH, &answer.body.len().to_string());
    }
    *response.status_mut() = answer.status;
    *response.body_mut() = answer.body;
    response
}

fn refuse(
    problem: &Problem,
    forge: Forge,
    address: &Address,
    path: &str,
    query: &Query,
) -> Response<Bytes> {
    let issue = problem.moved_to.as_deref().map(|(name, number)| {
        // What was asked for of the issue is asked for where it is now.
        let named = path.strip_prefix("/repos/");
        let part = match named {
            // GitCode's paths can name the owner alone.
            Some(rest) if rest.split('/').nth(2) != Some("issues") => rest.splitn(4, '/').nth(3),
            Some(rest) => rest.splitn(5, '/').nth(4),
            None => path.splitn(6, '/').nth(5),
        };
        let part = part.map_or(String::new(), |part| format!("/{part}"));
        let asked = query.as_sent();
        format!("{}/repos/{name}/issues/{number}{part}{asked}", address.api)
    });
    let place = issue.or_else(|| problem.place.clone());
    let body = match forge {
        Forge::GitHub => github::error_body(problem, place.as_deref()),
        Forge::GitCode => gitcode::error_body(problem),
    };
    let body = body.to_string();
    let mut response = Response::new(Bytes::new());
    if let Some(failure) = problem.failure() {
        response.extensions_mut().insert(failure);
    }
    let headers = response.headers_mut();
    put(headers, CONTENT_TYPE, "application/json; charset=utf-8");
    put(headers, CONTENT_LENGTH, &body.len().to_string());
    if let Some(seconds) = problem.retry_after {
        put(headers, RETRY_AFTER, &seconds.to_string());
    }
    if let Some(place) = place {
        put(headers, LOCATION, &place);
    }
    *response.status_mut() = problem.status;
    if problem.status == StatusCode::NOT_MODIFIED {
        response.headers_mut().remove(CONTENT_LENGTH);
        response.headers_mut().remove(CONTENT_TYPE);
        return response;
    }
    *response.body_mut() = body.into();
    response
}

/// Tells where what was made is, by the address that it has.
fn tell_place(response: &mut Response<Bytes>) {
    if response.status() != StatusCode::CREATED {
        return;
    }
    let made: serde_json::Value = serde_json::from_slice(response.body()).unwrap_or_default();
    if let Some(url) = made["url"].as_str() {
        put(response.headers_mut(), LOCATION, url);
    }
}

fn now() -> Timestamp {
    SystemEnvironment.now()
}

/// What GitHub tells with every answer.
fn tell_github(headers: &mut HeaderMap, media: Option<&str>, asked: &HeaderMap) {
    let reset = now().unix_milliseconds() / 1000 + 3600;
    let version = asked
        .get("x-github-api-version")
        .and_then(|value| value.to_str().ok())
        .unwrap_or("2022-11-28");
    let told = [
        (
            "x-github-media-type",
            media.unwrap_or("github.v3; format=json"),
        ),
        ("x-github-api-version-selected", version),
        ("x-ratelimit-limit", RATE),
        ("x-ratelimit-remaining", RATE),
        ("x-ratelimit-used", "0"),
        ("x-ratelimit-resource", "core"),
        ("x-ratelimit-reset", &reset.to_string()),
    ];
    for (name, value) in told {
        put(headers, HeaderName::from_static(name), value);
    }
}

/// Tells those who keep answers to ask again, and on what answers depend.
fn tell_caches(headers: &mut HeaderMap) {
    put(headers, CACHE_CONTROL, "private, no-cache");
    put(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    let vary = "Accept, Authorization, Private-Token, X-GitHub-Api-Version";
    put(headers, VARY, vary);
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
