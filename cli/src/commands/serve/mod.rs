//! `backlot serve`

mod answer;
mod args;
mod banner;
mod body;
mod connection;
mod cors;
mod file;
mod guard;
mod indexing;
mod listener;
mod log;
mod patient;
mod places;
mod refusal;
mod token;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use backlot_core::Store;
use backlot_rest::{Api, ApiOptions, Caller};
use tokio::sync::Semaphore;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use args::Access;
use banner::Told;
use file::StoreFile;
use guard::Guard;
use indexing::Indexing;
use log::Log;
use token::Tokens;

pub(crate) use args::ServeArgs;

/// What every connection works with.
struct Server {
    api: Api,
    file: StoreFile,
    guard: Guard,
    log: Log,
    /// How many bytes the body of a request may have.
    longest_body: usize,
    /// How long a client may take to send a request, to take its answer, or to say nothing.
    patience: Duration,
    /// So many requests may read at the same time that threads are left for everything else.
    reading: Semaphore,
}

pub(crate) fn serve(args: &ServeArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(banner::FIELDS)?;
    args.check()?;
    let listener = listener::bind(args.host, args.port)?;
    let address = listener.local_addr()?;
    let store = open(args, context)?;
    let login = args.actor.login();
    let tokens = match args.access() {
        Access::Open => None,
        _ => tokens(args, token_file(args, context)?)?,
    };
    let log = Log::open(args.log.as_deref(), args.verbose, context.global.quiet)?;
    let told = Told {
        url: format!("http://{address}"),
        store: store.path().to_owned(),
        repository: first_repository(&store)?,
        login: login.clone(),
        token_file: tokens.as_ref().map(|tokens| tokens.path.clone()),
        has_new_token: tokens.as_ref().is_some_and(|tokens| tokens.is_new),
        granted: tokens.iter().flat_map(Tokens::granted).collect(),
        access: args.access(),
        is_read_only: args.read_only,
    };
    let texts = store.clone();
    let server = Server {
        api: Api::new(store, options(args, &login, tokens.as_ref())),
        file: StoreFile::opened(texts.path())?,
        guard: Guard::new(&args.host_name, &args.cors),
        log,
        longest_body: args.max_body,
        patience: args.timeout,
        reading: Semaphore::new(listener::READERS),
    };
    match json {
        Some(json) => json.object(&told, context.out)?,
        None => writeln!(context.out, "{}", told.url)?,
    }
    context.out.flush()?;
    if !context.global.quiet {
        told.print(&mut std::io::stderr().lock());
    }
    if let Some(tokens) = &tokens {
        tokens.warn_if_others_can_read(context)?;
    }
    let indexing = match args.read_only {
        true => None,
        false => Some(Indexing::start(
            texts,
            indexing::QUIET,
            indexing_told(args, context),
        )?),
    };
    listener::run(listener, Arc::new(server), args.connections)?;
    drop(indexing);
    Ok(Exit::DONE)
}

/// From how many issues on it is told that their texts are indexed.
fn indexing_told(args: &ServeArgs, context: &Context<'_>) -> u64 {
    match (context.global.quiet, args.verbose) {
        (true, _) => u64::MAX,
        (false, true) => 1,
        (false, false) => indexing::MANY,
    }
}

fn open(args: &ServeArgs, context: &Context<'_>) -> Result<Store> {
    match args.read_only {
        true => context.open_to_read_as_it_changes(),
        false => context.open_to_write(),
    }
}

/// The tokens; none where nothing can be changed and nobody made or asked for any.
fn tokens(args: &ServeArgs, file: PathBuf) -> Result<Option<Tokens>> {
    let asks = !args.read_only || args.access() == Access::TokenForAll;
    let is_named = args.token_file.is_some() || !args.grant.is_empty();
    match asks || is_named || file.exists() {
        true => Tokens::prepare(file, &args.grant).map(Some),
        false => Ok(None),
    }
}

/// The file of the tokens: beside the store, unless another one is named.
fn token_file(args: &ServeArgs, context: &Context<'_>) -> Result<PathBuf> {
    match &args.token_file {
        Some(path) => Ok(path.clone()),
        None => context.beside_store(".token"),
    }
}

fn options(args: &ServeArgs, login: &str, tokens: Option<&Tokens>) -> ApiOptions {
    let options = match tokens {
        None => ApiOptions::new(login),
        Some(tokens) => tokens
            .entries
            .iter()
            .fold(ApiOptions::with_tokens(), |options, entry| {
                let caller = Caller {
                    login: entry.login.clone().unwrap_or_else(|| login.to_owned()),
                    permission: entry.permission,
                };
                options.token(&entry.token, caller)
            }),
    };
    options
        .read_only(args.read_only)
        .private(args.access() == Access::TokenForAll)
}

/// The name of a repository, to have one for examples.
fn first_repository(store: &Store) -> Result<Option<String>> {
    let repositories = store.read()?.repositories()?;
    Ok(repositories.into_iter().next().map(|first| first.name))
}

/// Says on standard error what nobody asked for.
fn tell(what: &str) {
    // Where nobody reads standard error there is nobody to tell.
    let _ = writeln!(
        std::io::stderr().lock(),
        "{}",
        crate::output::text::line(what)
    );
}
