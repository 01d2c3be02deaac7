//! The reference: the same HTTP server with the same limits, which always answers the same body.

use std::convert::Infallible;
use std::error::Error;
use std::io::Write as _;
use std::net::TcpListener;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::runtime;

/// Answers every request with a body of so many bytes, until it is killed. Prints its address first.
pub(crate) fn run(bytes: usize) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("http://{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    listener.set_nonblocking(true)?;
    let threads = std::thread::available_parallelism().map_or(4, usize::from);
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(threads.clamp(2, 16))
        .enable_io()
        .enable_time()
        .build()?;
    let body = Bytes::from(vec![b' '; bytes]);
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let body = body.clone();
            let service = service_fn(move |_| {
                let response = Response::new(Full::new(body.clone()));
                async { Ok::<_, Infallible>(response) }
            });
            tokio::spawn(
                http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(Duration::from_secs(30))
                    .max_header_size(64 * 1024)
                    .max_buf_size(128 * 1024)
                    .serve_connection(TokioIo::new(stream), service),
            );
        }
    })
}
