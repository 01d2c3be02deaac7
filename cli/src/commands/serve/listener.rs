//! Where connections come in, and how they are all brought to an end.

use std::io;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::net::TcpListener as Listener;
use tokio::runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::Server;
use super::connection;
use super::places::Places;
use crate::error::{Error, Kind, Result};

/// How long requests that have begun may take once the server is to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// How long to wait where the system has no room for another connection.
const PAUSE: Duration = Duration::from_millis(50);

/// How many requests may read at the same time. A slow one, such as a search of texts without an index, holds a
/// thread until it is done.
pub(super) const READERS: usize = 8;

/// How many writes may wait for each other in threads of their own.
const WRITERS: usize = 16;

/// Takes the port, or a free one for 0.
pub(super) fn bind(host: IpAddr, port: u16) -> Result<TcpListener> {
    TcpListener::bind((host, port)).map_err(|error| {
        let told = format!("cannot listen at {host}, port {port}");
        let told = Error::new(Kind::Unexpected, told).caused_by(&error);
        match error.kind() {
            io::ErrorKind::AddrInUse => {
                told.hint("another program listens there; `--port 0` takes a free port")
            }
            _ => told,
        }
    })
}

/// Answers connections until the user or the system stops the program.
pub(super) fn run(listener: TcpListener, server: Arc<Server>, connections: usize) -> Result<()> {
    let failed = |error: io::Error| Error::new(Kind::Unexpected, "cannot serve").caused_by(&error);
    let cores = thread::available_parallelism().map_or(2, usize::from);
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(READERS + cores.clamp(2, 8))
        .max_blocking_threads(WRITERS)
        .enable_io()
        .enable_time()
        .build()
        .map_err(failed)?;
    let done = runtime.block_on(async {
        listener.set_nonblocking(true)?;
        accept(Listener::from_std(listener)?, server, connections).await
    });
    // Writes that have begun are waited for.
    drop(runtime);
    done.map_err(failed)
}

async fn accept(listener: Listener, server: Arc<Server>, connections: usize) -> io::Result<()> {
    let places = Places::new(connections);
    let (stop, stops) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut signals = Signals::listen()?;
    loop {
        tokio::select! {
            () = signals.stop() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let place = tokio::select! {
                        () = signals.stop() => break,
                        place = places.take() => place,
                    };
                    let server = Arc::clone(&server);
                    open.spawn(connection::serve(stream, server, place, stops.clone()));
                }
                Err(_) => sleep(PAUSE).await,
            },
            Some(_) = open.join_next() => {}
        }
    }
    drop(listener);
    drop(stops);
    // Nobody listens where no connection is open.
    let _ = stop.send(true);
    let all = async { while open.join_next().await.is_some() {} };
    tokio::select! {
        // Whoever asks twice does not want to wait.
        () = signals.stop() => {}
        _ = timeout(FAREWELL, all) => {}
    }
    Ok(())
}

/// What tells the program to stop.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn stop(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// What tells the program to stop.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn stop(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
