//! Stored articles, fetched again; then a store whose index and blocks were changed before
//! their checksums were made.
#![no_main]

use _native::container::{Container, ContainerWriter, Section};
use _native::store::{write_index, Store, StoreWriter};
use libfuzzer_sys::fuzz_target;

mod scratch;

type Changes = Vec<(u16, u8)>;

fuzz_target!(
    |input: (Vec<(Vec<u8>, Vec<u8>)>, Changes, Changes, Vec<u32>)| {
        let (articles, block_changes, index_changes, slots) = input;
        let path = scratch::scratch_file("store");
        let mut sink = ContainerWriter::create(&path).unwrap();
        let mut writer = StoreWriter::new();
        sink.begin(Section::Store).unwrap();
        for (hot, cold) in &articles {
            writer.push(hot, cold, &mut sink).unwrap();
        }
        let index = writer.finish(&mut sink).unwrap();
        sink.end().unwrap();
        let straight: Vec<u32> = (0..articles.len() as u32).collect();
        sink.begin(Section::StoreIndex).unwrap();
        sink.write(&write_index(index.clone(), &straight)).unwrap();
        sink.end().unwrap();
        sink.finish().unwrap();
        let container = Container::open(&path).unwrap();
        let store = Store::open(&container).unwrap();
        for (document, (hot, cold)) in articles.iter().enumerate() {
            assert_eq!(store.hot(&container, document as u32).unwrap(), *hot);
            assert_eq!(store.cold(&container, document as u32).unwrap(), *cold);
        }

        let mut blocks = container.section(Section::Store).unwrap().to_vec();
        let mut index = write_index(index, if slots.is_empty() { &straight } else { &slots });
        change(&mut blocks, &block_changes);
        change(&mut index, &index_changes);
        drop((store, container));
        let path = scratch::scratch_file("store");
        let mut sink = ContainerWriter::create(&path).unwrap();
        for (section, bytes) in [(Section::Store, &blocks), (Section::StoreIndex, &index)] {
            sink.begin(section).unwrap();
            sink.write(bytes).unwrap();
            sink.end().unwrap();
        }
        sink.finish().unwrap();
        let container = Container::open(&path).unwrap();
        if let Ok(store) = Store::open(&container) {
            for document in (0..store.document_count().min(40)).chain([u32::MAX]) {
                let _ = store.hot(&container, document);
                let _ = store.cold(&container, document);
            }
        }
        let _ = std::fs::remove_file(&path);
    }
);

fn change(bytes: &mut [u8], changes: &Changes) {
    let len = bytes.len();
    for (at, value) in changes.iter().filter(|_| len > 0) {
        bytes[usize::from(*at) % len] ^= value;
    }
}
