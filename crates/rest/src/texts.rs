//! Entries put into objects that are written already.

use backlot_forge::json::{self, Keys};
use backlot_forge::slots;

/// Gives an object, which begins at `start` of what is written, this value for a key, whether it has it or not.
pub(crate) fn put_entry(out: &mut Vec<u8>, start: usize, key: &str, value: &[u8]) {
    let Ok(object) = std::str::from_utf8(out.get(start..).unwrap_or_default()) else {
        return;
    };
    if slots::entry(object, key).is_some() {
        let Ok(entries) = slots::entries(object) else {
            return;
        };
        let mut without = Vec::with_capacity(object.len());
        let mut keys = Keys::begin(&mut without);
        for (other, value) in entries {
            if other != key {
                keys.key(other).extend_from_slice(value.as_bytes());
            }
        }
        keys.end();
        out.truncate(start);
        out.append(&mut without);
    }
    if out.last() == Some(&b'}') {
        out.pop();
        if out.last() != Some(&b'{') {
            out.push(b',');
        }
        json::write_string(key, out);
        out.push(b':');
        out.extend_from_slice(value);
        out.push(b'}');
    }
}
