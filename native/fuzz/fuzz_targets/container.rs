//! A container with some bytes changed, or cut: whatever it still gives is what was written.
//! And any bytes as a container.
#![no_main]

use _native::container::{Container, ContainerWriter, Section};
use libfuzzer_sys::fuzz_target;

mod scratch;

fuzz_target!(|input: (Vec<Vec<u8>>, Vec<(u32, u8)>, u16, Vec<u8>)| {
    let (contents, changes, cut, other) = input;
    let path = scratch::scratch_file("container");
    let mut writer = ContainerWriter::create(&path).unwrap();
    let sections: Vec<_> = Section::ALL.into_iter().zip(&contents).collect();
    for (section, content) in &sections {
        writer.begin(*section).unwrap();
        writer.write(content).unwrap();
        writer.end().unwrap();
    }
    writer.finish().unwrap();
    let container = Container::open(&path).unwrap();
    container.verify().unwrap();
    for (section, content) in &sections {
        assert_eq!(container.section(*section).unwrap(), content.as_slice());
    }
    drop(container);

    let mut bytes = std::fs::read(&path).unwrap();
    let len = bytes.len();
    // Few changes, because many can be made to fit a checksum.
    for (at, value) in changes.iter().take(2) {
        bytes[*at as usize % len] ^= value;
    }
    bytes.truncate(len - usize::from(cut) % len.min(64));
    std::fs::write(&path, &bytes).unwrap();
    if let Ok(container) = Container::open(&path) {
        for (section, content) in &sections {
            let half = content.len() as u64 / 2;
            if let Ok(found) = container.range(*section, half, half) {
                assert_eq!(found, &content[half as usize..2 * half as usize]);
            }
            if let Ok(found) = container.section(*section) {
                assert_eq!(found, content.as_slice());
            }
            assert!(container.range(*section, u64::MAX, 2).is_err());
        }
        let _ = container.verify();
    }

    std::fs::write(&path, &other).unwrap();
    if let Ok(container) = Container::open(&path) {
        for section in Section::ALL {
            let _ = container.section(section);
        }
    }
    let _ = std::fs::remove_file(&path);
});
