use std::io::{self, Read, Write};

use super::{fails, gzip, put, read_limited, read_path, split_with, zstd};
use crate::ErrorKind;
use crate::input::{Flow, Limits, Source, Values};

/// A start and then one byte for ever, counting what is read.
struct Endless<'a> {
    start: &'a [u8],
    byte: u8,
    read: &'a mut usize,
}

impl Read for Endless<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut count = self.start.read(into)?;
        if count == 0 {
            into.fill(self.byte);
            count = into.len();
        }
        *self.read += count;
        Ok(count)
    }
}

#[test]
fn an_endless_value_is_refused_soon() {
    let small = Limits {
        max_value: 1 << 20,
        ..Limits::default()
    };
    for (start, byte, limits) in [
        ("{}\n\"", b'a', Limits::default()),
        ("{}\n\"", b'a', small),
        ("{}\n{\"a\":\"", b'a', small),
        ("{}\n{\"a\":[", b' ', small),
        ("{}\n1", b'0', small),
    ] {
        let mut read = 0;
        let endless = Endless {
            start: start.as_bytes(),
            byte,
            read: &mut read,
        };
        let mut values = Values::new(endless, "x", &limits);
        values.next_value().unwrap();
        let error = values.next_value().unwrap_err();
        assert_eq!((error.kind(), error.place().line), (ErrorKind::TooLarge, 2));
        let held = values.into_buffer().capacity();
        assert!(held <= limits.max_value + 300_000, "{held}");
        assert!(read <= limits.max_value + 600_000, "{read}");
    }
}

#[test]
fn the_largest_value_is_taken() {
    let limits = Limits {
        max_value: 1_000,
        ..Limits::default()
    };
    for [before, after] in [["{\"a\":\"", "\"}"], ["\"", "\""], ["1", "1"]] {
        let filling = |size: usize| "0".repeat(size - before.len() - after.len());
        let most = format!("{before}{}{after}", filling(1_000));
        assert!(
            split_with(format!("{most}\n").as_bytes(), &limits)
                .1
                .is_none()
        );
        assert!(split_with(most.as_bytes(), &limits).1.is_none());
        let above = format!("{before}{}{after}", filling(1_001));
        let (_, error) = split_with(above.as_bytes(), &limits);
        fails(
            error,
            ErrorKind::TooLarge,
            "x.json:1: the value that begins here is larger than 1000 bytes",
        );
    }
}

#[test]
fn room_for_a_giant_value_is_given_back() {
    let text = format!("\"{}\"\n", "a".repeat(9 << 20)) + &"[{},{}]\n".repeat(1 << 17);
    let mut values = Values::new(text.as_bytes(), "x", &Limits::default());
    while values.next_value().unwrap().is_some() {}
    assert!(values.into_buffer().capacity() <= 1 << 20);
}

#[test]
fn nesting() {
    let limits = Limits::default();
    let nested = |depth: usize| {
        let inner = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        format!("{{}}\n[0,{inner}]")
    };
    assert!(split_with(nested(128).as_bytes(), &limits).1.is_none());
    let shown = "x.json:2: $[1]: the value that begins here is nested more than 128 levels deep";
    for depth in [129, 200, 100_000] {
        let (_, error) = split_with(nested(depth).as_bytes(), &limits);
        fails(error, ErrorKind::TooDeep, shown);
    }
    let (_, error) = split_with("{\"a\":".repeat(100_000).as_bytes(), &limits);
    assert_eq!(error.unwrap().kind(), ErrorKind::TooDeep);
    // Many brackets side by side are not deep.
    let wide = format!("{{\"a\":[{}]}}", ["[[]]"; 500].join(","));
    assert!(split_with(wide.as_bytes(), &limits).1.is_none());
    let quoted = format!("{{\"a\":\"{}\"}}", "[".repeat(500));
    assert!(split_with(quoted.as_bytes(), &limits).1.is_none());
}

/// Compressed spaces, made without holding them.
fn spaces<W: Write>(mut writer: W, megabytes: usize) -> W {
    let some = vec![b' '; 1 << 20];
    for _ in 0..megabytes {
        writer.write_all(&some).unwrap();
    }
    writer
}

fn zstd_spaces(megabytes: usize) -> Vec<u8> {
    let encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    spaces(encoder, megabytes).finish().unwrap()
}

/// Reads all members without keeping what is in them.
fn drain(source: &mut Source) -> Result<u64, crate::Error> {
    let mut total = 0;
    let mut buffer = vec![0; 1 << 20];
    source.visit(&mut |_, reader| {
        loop {
            match reader.read(&mut buffer)? {
                0 => return Ok(Flow::Continue),
                count => total += count as u64,
            }
        }
    })?;
    Ok(total)
}

#[test]
fn a_zstd_bomb() {
    let folder = tempfile::tempdir().unwrap();
    let path = put(&folder, "x.json.zst", zstd_spaces(1_400));
    let mut source = Source::open(&path, Limits::default()).unwrap();
    let error = drain(&mut source).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Bomb);
    assert_eq!(error.place().file, path.to_str().unwrap());
}

#[test]
fn a_gzip_bomb() {
    let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let bytes = spaces(encoder, 20).finish().unwrap();
    let limits = Limits {
        max_ratio: 50,
        max_expanded: 1 << 20,
        ..Limits::default()
    };
    let mut source = Source::from_reader(&bytes[..], "standard input", limits).unwrap();
    let error = drain(&mut source).unwrap_err();
    assert_eq!(
        (error.kind(), error.place().file.as_str()),
        (ErrorKind::Bomb, "standard input")
    );
    let mut source = Source::from_reader(&bytes[..], "x", Limits::default()).unwrap();
    assert_eq!(drain(&mut source).unwrap(), 20 << 20);
}

#[test]
fn a_bomb_inside_a_bomb() {
    let inner = zstd_spaces(64);
    let mut tar = ::tar::Builder::new(Vec::new());
    for name in ["a.json.zst", "b.json.zst", "c.json.zst"] {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(inner.len() as u64);
        tar.append_data(&mut header, name, &inner[..]).unwrap();
    }
    let bytes = zstd(tar.into_inner().unwrap());
    // Each member alone would stay within the limit.
    let limits = Limits {
        max_ratio: 10,
        max_expanded: 100 << 20,
        ..Limits::default()
    };
    let mut source = Source::from_reader(&bytes[..], "x", limits).unwrap();
    let error = drain(&mut source).unwrap_err();
    assert_eq!(
        (error.kind(), error.place().file.as_str()),
        (ErrorKind::Bomb, "x!b.json.zst")
    );
}

#[test]
fn a_window_of_gigabytes() {
    let folder = tempfile::tempdir().unwrap();
    let compressed = |window| {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(window).unwrap();
        encoder.write_all(b"{}").unwrap();
        encoder.finish().unwrap()
    };
    let path = put(&folder, "fine.zst", compressed(27));
    assert_eq!(read_path(&path).unwrap()[0].1, "{}");
    let path = put(&folder, "wide.zst", compressed(30));
    let error = read_path(&path).unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Compression, "the compressed data cannot be read",)
    );
}

#[test]
fn compressed_data_that_is_cut_off_or_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let text: String = (0..40_000)
        .map(|n| format!("{{\"n\":{}}}\n", n * 7919 % 40_009))
        .collect();
    for (name, bytes) in [("a.zst", zstd(&text)), ("a.gz", gzip(&text))] {
        for at in [7, 20, bytes.len() / 2, bytes.len() - 1] {
            let path = put(&folder, name, &bytes[..at]);
            let error = read_path(&path).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Compression, "{name} {at}");
            assert_eq!(
                error.message(),
                "the compressed data is cut off",
                "{name} {at}"
            );
            assert_eq!(error.place().file, path.to_str().unwrap());
        }
        let mut damaged = bytes.clone();
        damaged[bytes.len() / 2..]
            .iter_mut()
            .for_each(|byte| *byte ^= 0x55);
        let error = read_path(&put(&folder, name, damaged)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Compression);
    }
    // Through the splitter the error names the line that it got to.
    let bytes = zstd(&text);
    let path = put(&folder, "a.zst", &bytes[..bytes.len() - 5]);
    let mut source = Source::open(&path, Limits::default()).unwrap();
    let error = source
        .visit(&mut |member, reader| {
            let mut values = Values::new(reader, member.display(), &Limits::default());
            while values.next_value()?.is_some() {}
            Ok(Flow::Continue)
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Compression);
    assert!(error.place().line > 0 && error.place().file.ends_with("a.zst"));
}

#[test]
fn formats_that_are_not_supported() {
    let folder = tempfile::tempdir().unwrap();
    for (bytes, name) in [
        (&b"\xfd7zXZ\0 and more"[..], "xz"),
        (b"BZh91AY&SY", "bzip2"),
        (b"7z\xbc\xaf\x27\x1c more", "7z"),
    ] {
        let error = read_path(&put(&folder, "x", bytes)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Compression);
        assert!(
            error
                .message()
                .starts_with(&format!("{name} is not supported"))
        );
    }
    // A member that nobody reads may be anything.
    let mut source = Source::open(folder.path(), Limits::default()).unwrap();
    source.visit(&mut |_, _| Ok(Flow::Continue)).unwrap();
}

#[test]
fn too_many_or_too_long_names() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b/c", "d"] {
        put(&folder, name, "{}");
    }
    let limits = |max_members, max_name| Limits {
        max_members,
        max_name,
        ..Limits::default()
    };
    assert_eq!(read_limited(folder.path(), limits(3, 3)).unwrap().len(), 3);
    let error = read_limited(folder.path(), limits(2, 3)).unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::TooLarge, "there are more than 2 files")
    );
    let error = read_limited(folder.path(), limits(3, 2)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(error.message(), "the path is longer than 2 bytes");
}
