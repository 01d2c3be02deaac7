use super::Limits;
use crate::{Error, ErrorKind};

/// The name of a member of an archive, unless it could mean a place outside of where it is unpacked.
pub(super) fn inside(path: &str, prefix: &str, limits: &Limits) -> Result<String, Error> {
    let shown = || {
        prefix
            .chars()
            .chain(path.chars().take(100))
            .collect::<String>()
    };
    let refuse = |why: &'static str| Err(Error::new(ErrorKind::Archive, why).in_file(shown()));
    if path.len() > limits.max_name {
        let message = format!("the name is longer than {} bytes", limits.max_name);
        return Err(Error::new(ErrorKind::TooLarge, message).in_file(shown()));
    }
    if path.contains('\0') {
        return refuse("the name contains a zero byte");
    }
    let drive = matches!(
        path.as_bytes(),
        [b'a'..=b'z' | b'A'..=b'Z', b':', b'/' | b'\\', ..]
    );
    if drive || path.starts_with(['/', '\\']) {
        return refuse("the name of the member is absolute");
    }
    if path.split(['/', '\\']).any(|part| part == "..") {
        return refuse("the name of the member leads out of the archive");
    }
    let mut name = String::with_capacity(path.len());
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if !name.is_empty() {
            name.push('/');
        }
        name.push_str(part);
    }
    Ok(name)
}
