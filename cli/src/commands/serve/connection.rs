//! One connection, from its first byte to its last.

use std::pin::pin;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioTimer;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::Server;
use super::answer::answer;
use super::patient::Patient;
use super::places::Place;

/// How many bytes the head of a request may have.
const LONGEST_HEAD: usize = 64 * 1024;

/// Answers what comes in on a connection until the client is done, another one needs its place, or the server stops: then
/// what has begun is finished.
pub(super) async fn serve(
    stream: TcpStream,
    server: Arc<Server>,
    place: Place,
    mut stops: watch::Receiver<bool>,
) {
    let Ok(local) = stream.local_addr() else {
        return;
    };
    // Answers are written at once; waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let place = Arc::new(place);
    let patience = server.patience;
    let service =
        service_fn(|request| answer(Arc::clone(&server), Arc::clone(&place), local.ip(), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_header_size(LONGEST_HEAD)
        .max_buf_size(2 * LONGEST_HEAD)
        .serve_connection(Patient::new(stream, patience), service);
    let mut connection = pin!(connection);
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                // How else a connection ended is its client's business.
                if let Err(error) = ended && error.is_parse() {
                    server.log.unreadable(&error.to_string());
                }
                return;
            }
            () = place.is_needed() => return,
            stopped = stops.changed() => match stopped {
                Ok(()) => connection.as_mut().graceful_shutdown(),
                Err(_) => return,
            },
        }
    }
}
