//! `backlot serve` under load from another process, beside a server that always answers the same bytes.

mod client;
pub(crate) mod fixed;

use std::error::Error;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use backlot_core::Store;

use crate::data::Data;
use crate::jobs::import;
use crate::measure::show;
use crate::serve::client::Client;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// For how long one figure is measured.
const TIME: Duration = Duration::from_secs(2);

/// How many requests go ahead of what is measured, on each connection.
const WARM: usize = 50;

/// A server in a process of its own, which ends with this.
struct Server {
    child: Child,
    host: String,
}

impl Server {
    fn start(command: &mut Command) -> Outcome<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().ok_or("no output")?;
        let mut first = String::new();
        BufReader::new(out).read_line(&mut first)?;
        let host = first.trim().strip_prefix("http://");
        let host = host.ok_or("the server does not start")?.to_owned();
        Ok(Self { child, host })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came of some requests.
#[derive(Default)]
struct Figures {
    times: Vec<Duration>,
    seconds: f64,
}

impl Figures {
    fn rate(&self) -> f64 {
        self.times.len() as f64 / self.seconds.max(f64::MIN_POSITIVE)
    }

    fn at(&mut self, part: f64) -> Duration {
        self.times.sort_unstable();
        let last = self.times.len().saturating_sub(1);
        let place = (last as f64 * part) as usize;
        self.times.get(place).copied().unwrap_or_default()
    }
}

/// Measures lists of issues with a label, alone and while a client writes.
pub(crate) fn run(data: &Data, rounds: usize) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let store = folder.path().join("served.backlot");
    let made = Store::create(&store)?;
    import(&made, data.folder.path()).map_err(|error| error.to_string())?;
    drop(made);
    let me = std::env::current_exe()?;
    let program = me.with_file_name(format!("backlot{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        return Err("build the program first: cargo build --release -p backlot".into());
    }
    let mut serve = Command::new(&program);
    serve.args(["--quiet", "serve", "--port", "0", "--store"]);
    let served = Server::start(serve.arg(&store))?;
    let token = std::fs::read_to_string(Path::new(&format!("{}.token", store.display())))?;
    let token = token.trim();
    let path = format!(
        "/repos/{}/issues?per_page=30&state=all&labels={}",
        data.repository, data.label
    );
    let length = Client::connect(&served.host)?.get(&path)?.len();
    let mut fixed = Command::new(&me);
    let fixed = Server::start(fixed.args(["fixed-server", &length.to_string()]))?;
    println!("\nserve: GET {path}, {length} bytes");
    println!(
        "{:<44} {:>10} {:>10} {:>12} {:>7}",
        "", "median", "p99", "requests/s", "ratio"
    );
    for connections in [1, 8] {
        let (mut reference, mut alone) = (Figures::default(), Figures::default());
        let (mut disturbed, mut written) = (Figures::default(), Figures::default());
        for _ in 0..rounds {
            load(&fixed.host, "/", connections, &mut reference)?;
            load(&served.host, &path, connections, &mut alone)?;
            let writes = beside_a_writer(&served.host, data, token, || {
                load(&served.host, &path, connections, &mut disturbed)
            })?;
            written.times.extend(writes.times);
            written.seconds += writes.seconds;
        }
        let bare = reference.rate();
        print(
            &format!("{connections}: the same bytes, always"),
            &mut reference,
            bare,
        );
        print(
            &format!("{connections}: issues from the store"),
            &mut alone,
            bare,
        );
        print(
            &format!("{connections}: while a client writes"),
            &mut disturbed,
            bare,
        );
        print(
            &format!("{connections}: what it writes"),
            &mut written,
            bare,
        );
    }
    Ok(())
}

fn print(what: &str, figures: &mut Figures, bare: f64) {
    println!(
        "{what:<44} {:>10} {:>10} {:>12.0} {:>7.2}",
        show(figures.at(0.5)),
        show(figures.at(0.99)),
        figures.rate(),
        figures.rate() / bare
    );
}

/// Asks for a page on so many connections, again and again.
fn load(host: &str, path: &str, connections: usize, figures: &mut Figures) -> Outcome<()> {
    let times = thread::scope(|scope| {
        let clients: Vec<_> = (0..connections)
            .map(|_| {
                scope.spawn(|| -> Outcome<Vec<Duration>> {
                    let mut client = Client::connect(host)?;
                    for _ in 0..WARM {
                        client.get(path)?;
                    }
                    let mut times = Vec::new();
                    let begun = Instant::now();
                    while begun.elapsed() < TIME {
                        let asked = Instant::now();
                        client.get(path)?;
                        times.push(asked.elapsed());
                    }
                    Ok(times)
                })
            })
            .collect();
        let all = clients.into_iter().map(|client| match client.join() {
            Ok(times) => times,
            Err(_) => Err("a client gave up".into()),
        });
        all.collect::<Outcome<Vec<_>>>()
    })?;
    figures.times.extend(times.into_iter().flatten());
    figures.seconds += TIME.as_secs_f64();
    Ok(())
}

/// Does something while a client makes comments, one after the other.
fn beside_a_writer(
    host: &str,
    data: &Data,
    token: &str,
    work: impl FnOnce() -> Outcome<()>,
) -> Outcome<Figures> {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(|| -> Outcome<Figures> {
            let mut client = Client::connect(host)?;
            let line = format!(
                "POST /repos/{}/issues/{}/comments",
                data.repository, data.number
            );
            let mut figures = Figures::default();
            let begun = Instant::now();
            while !done.load(Ordering::Relaxed) {
                let asked = Instant::now();
                let (status, _) = client.send(&line, Some(token), "{\"body\":\"Written.\"}")?;
                if status != 201 {
                    return Err(format!("a comment is answered with {status}").into());
                }
                figures.times.push(asked.elapsed());
            }
            figures.seconds = begun.elapsed().as_secs_f64();
            Ok(figures)
        });
        let worked = work();
        done.store(true, Ordering::Relaxed);
        let written = writer.join().map_err(|_| "the writer gave up")?;
        worked?;
        written
    })
}
