use std::path::Path;
use std::sync::atomic::Ordering;

use super::{gzip, pairs, put, read, read_path, zstd};
use crate::ErrorKind;
use crate::input::{Flow, Limits, Source};

#[test]
fn a_folder_in_order() {
    let folder = tempfile::tempdir().unwrap();
    put(&folder, "b.json", "2");
    put(&folder, "a/2.json.zst", zstd("1"));
    put(&folder, "a/10.json.gz", gzip("0"));
    put(&folder, "c", "3");
    put(&folder, ".git/config", "x");
    put(&folder, "a/.DS_Store", "x");
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let mut source = Source::open(folder.path(), Limits::default()).unwrap();
    let expected = pairs(&[
        ("a/10.json.gz", "0"),
        ("a/2.json.zst", "1"),
        ("b.json", "2"),
        ("c", "3"),
    ]);
    assert_eq!(read(&mut source).unwrap(), expected);
    assert_eq!(read(&mut source).unwrap(), expected);
    assert_eq!(
        source.consumed().load(Ordering::Relaxed),
        source.total_input_bytes()
    );

    let members = source.members().unwrap();
    let stems: Vec<_> = members.iter().map(|member| member.stem()).collect();
    assert_eq!(stems, ["a/10.json", "a/2.json", "b.json", "c"]);
    assert_eq!(
        Path::new(&members[2].display()),
        folder.path().join("b.json")
    );
    assert_eq!((members[2].size(), members[2].index()), (1, 2));

    let mut names = Vec::new();
    let mut visitor = |member: &super::super::Member, _: &mut dyn std::io::Read| {
        names.push(member.name().to_owned());
        Ok(if names.len() == 3 {
            Flow::Stop
        } else {
            Flow::Continue
        })
    };
    source.visit_selected(&[3, 0, 2, 1], &mut visitor).unwrap();
    assert_eq!(names, ["c", "a/10.json.gz", "b.json"]);
    let error = source
        .visit_selected(&[4], &mut |_, _| Ok(Flow::Continue))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}

#[cfg(unix)]
#[test]
fn links_in_a_folder() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let target = put(&outside, "real.json", "1");
    put(&folder, "plain.json", "2");
    symlink(target, folder.path().join("link.json")).unwrap();
    symlink(folder.path(), folder.path().join("circle")).unwrap();
    let expected = pairs(&[("link.json", "1"), ("plain.json", "2")]);
    assert_eq!(read_path(folder.path()).unwrap(), expected);
    symlink("nowhere", folder.path().join("broken")).unwrap();
    symlink("itself", folder.path().join("itself")).unwrap();
    assert_eq!(read_path(folder.path()).unwrap(), expected);
    let source = Source::open(folder.path(), Limits::default()).unwrap();
    let root = folder.path().display();
    assert_eq!(
        source.passed(),
        [
            (format!("{root}/broken"), "a link to nothing"),
            (
                format!("{root}/circle"),
                "a link to a folder is not followed"
            ),
            (format!("{root}/itself"), "a link to nothing"),
        ]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let name = std::ffi::OsStr::from_bytes(b"a\xff.json");
    std::fs::write(folder.path().join(name), "1").unwrap();
    assert_eq!(
        read_path(folder.path()).unwrap(),
        pairs(&[("a\u{fffd}.json", "1")])
    );
}

#[test]
fn a_file_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("plain.json", b"{}".to_vec()),
        ("misnamed.zst", b"{}".to_vec()),
        ("misnamed.json", zstd("{}")),
        ("x.ndjson.gz", gzip("{}")),
        ("two.zst", [zstd("{"), zstd("}")].concat()),
        ("two.gz", [gzip("{"), gzip("}")].concat()),
        (
            "skippable.zst",
            [&b"\x50\x2a\x4d\x18\x02\0\0\0ab"[..], &zstd("{}")].concat(),
        ),
    ] {
        let path = put(&folder, name, bytes);
        let mut source = Source::open(&path, Limits::default()).unwrap();
        assert!(!source.is_archive());
        assert_eq!(read(&mut source).unwrap(), pairs(&[(name, "{}")]));
        assert_eq!(read(&mut source).unwrap(), pairs(&[(name, "{}")]));
        assert_eq!(
            source.consumed().load(Ordering::Relaxed),
            source.total_input_bytes()
        );
        assert_eq!(
            source.members().unwrap()[0].display(),
            path.to_str().unwrap()
        );
        let mut visits = 0;
        let mut visitor = |_: &super::super::Member, _: &mut dyn std::io::Read| {
            visits += 1;
            Ok(Flow::Continue)
        };
        source.visit_selected(&[], &mut visitor).unwrap();
        source.visit_selected(&[0], &mut visitor).unwrap();
        assert_eq!(visits, 1);
    }
}

#[test]
fn nothing_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing.json");
    let error = Source::open(&path, Limits::default()).err().unwrap();
    let shown = format!("{}: no such file or folder", path.display());
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::NotFound, shown)
    );
    assert_eq!(read_path(folder.path()).unwrap(), []);
    let path = put(&folder, "empty.json", "");
    assert_eq!(read_path(&path).unwrap(), pairs(&[("empty.json", "")]));
    let mut source = Source::open(folder.path(), Limits::default()).unwrap();
    std::fs::remove_file(&path).unwrap();
    let error = read(&mut source).unwrap_err();
    assert_eq!(
        (error.kind(), error.place().file.as_str()),
        (ErrorKind::NotFound, path.to_str().unwrap())
    );
}

#[test]
fn a_stream_can_be_read_twice() {
    for bytes in [b"{}".to_vec(), zstd("{}"), gzip("{}")] {
        let mut source =
            Source::from_reader(&bytes[..], "standard input", Limits::default()).unwrap();
        assert_eq!(source.total_input_bytes(), bytes.len() as u64);
        for _ in 0..2 {
            assert_eq!(
                read(&mut source).unwrap(),
                pairs(&[("standard input", "{}")])
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_file_is_a_stream() {
    let expected = pairs(&[("null", "")]);
    assert_eq!(read_path(Path::new("/dev/null")).unwrap(), expected);
}

#[test]
fn errors_of_a_visitor_get_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = put(&folder, "a/b.json", "");
    for path in [folder.path(), &path] {
        let mut source = Source::open(path, Limits::default()).unwrap();
        let error = source
            .visit(&mut |_, _| Err(crate::Error::new(ErrorKind::Empty, "no values")))
            .unwrap_err();
        assert!(error.to_string().ends_with("/a/b.json: no values"));
    }
}
