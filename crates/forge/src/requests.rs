//! A file of requests that make a backlog anew, one a line.

use crate::json::{ended, put, quoted};
use crate::output::{OpenFile, Output};
use crate::{Error, ErrorKind};

const FILE: &str = "requests.ndjson";
const BUFFER: usize = 256 * 1024;
/// How many numbers in a row are taken by placeholders at most.
const MAX_GAP: u64 = 100_000;

/// One request. What an earlier answer says is named `{{NAME.key}}` in it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'r> {
    /// The name of the request, which no other one has.
    pub id: &'r str,
    /// The method.
    pub method: &'r str,
    /// The path below the address of the API.
    pub path: &'r str,
    /// Parameters behind the path, as a JSON object; empty for none.
    pub query: &'r str,
    /// The body, as JSON; empty for none.
    pub body: &'r str,
    /// The fields of a form, as a JSON object, where the body is one; empty for none.
    pub form: &'r str,
    /// The requests whose answers are named.
    pub needs: &'r [&'r str],
    /// The values of the body that an answer takes the place of, as JSON pointers.
    pub places: &'r [&'r str],
    /// The number that the answer has to say.
    pub number: Option<u64>,
}

impl Request<'_> {
    /// The request as a line of JSON.
    pub fn line(&self) -> String {
        let mut out = Vec::with_capacity(self.body.len() + 120);
        put("id", &quoted(self.id), &mut out);
        put("method", &quoted(self.method), &mut out);
        put("path", &quoted(self.path), &mut out);
        let parts = [
            ("query", self.query),
            ("body", self.body),
            ("form", self.form),
        ];
        for (key, value) in parts.iter().filter(|(_, value)| !value.is_empty()) {
            put(key, value, &mut out);
        }
        for (key, texts) in [("needs", self.needs), ("places", self.places)] {
            if !texts.is_empty() {
                let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
                put(key, &format!("[{}]", texts.join(",")), &mut out);
            }
        }
        if let Some(number) = self.number {
            put("expect", &format!("{{\"number\":{number}}}"), &mut out);
        }
        let mut line = ended(out);
        line.push('\n');
        line
    }
}

/// The file that the requests go into, which is there when there is one.
#[derive(Default)]
pub struct RequestFile {
    file: Option<OpenFile>,
    count: u64,
}

impl RequestFile {
    /// Appends a request.
    ///
    /// # Errors
    ///
    /// When the operating system refuses to write.
    pub fn append(&mut self, line: &str, output: &mut Output) -> Result<(), Error> {
        if self.file.is_none() {
            self.file = Some(output.append(FILE, BUFFER)?);
            output.summary.files += 1;
        }
        self.count += 1;
        let counts = &mut output.summary.objects_by_file;
        *counts.entry(FILE.to_owned()).or_default() += 1;
        match &mut self.file {
            Some(file) => file.put(line.as_bytes()),
            None => Ok(()),
        }
    }

    /// How many requests there are so far.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// When the operating system refuses to write.
    pub fn close(&mut self) -> Result<(), Error> {
        match self.file.take() {
            Some(file) => file.close(),
            None => Ok(()),
        }
    }
}

/// That so many numbers in a row are free is no backlog that can be made anew one by one.
///
/// # Errors
///
/// When more than 100,000 numbers lie between the last one and this one.
pub fn check_gap(what: &str, last: u64, number: u64) -> Result<(), Error> {
    if number.saturating_sub(last) <= MAX_GAP {
        return Ok(());
    }
    let message = format!(
        "the numbers of the {what} go from {last} to {number}; so that {number} comes out the same, all between \
         them would have to be taken by placeholders, and more than {MAX_GAP} in a row are not written"
    );
    Err(Error::new(ErrorKind::Invalid, message))
}
