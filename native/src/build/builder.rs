//! How are articles collected on the way to one segment?
//!
//! [`Builder`] takes batches of articles: it notes which article is where (`documents`), puts
//! them into blocks of the store, has their words streamed and the blocks compressed, by
//! itself or by threads (`worker`), and at the end writes the rest of the file (`finish`).
//! Compressed articles go to the file as they come, so what stays in memory is about a third
//! of the text.
//!
//! After an error a builder is of no use any more; a builder that is dropped before its
//! segment is complete removes the file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::article::Batch;
use super::documents::{DocumentPlace, Documents};
use super::finish::{Gathered, Written};
use super::stream::Stream;
use super::vocabulary::Analysis;
use super::worker::{Job, WorkerPool};
use crate::container::{ContainerWriter, Section};
use crate::error::{CoreError, Result};
use crate::norms::LengthCodes;
use crate::scoring::Scoring;
use crate::segment::writer::SegmentSummary;
use crate::store::{BlockPacker, StoreWriter};
use crate::text::TextRules;

/// Articles that are worth threads.
const THREADED_ARTICLES: usize = 200;

/// How to build.
#[derive(Clone)]
pub struct Options {
    pub codes: LengthCodes,
    pub scoring: Scoring,
    /// The fields that articles are counted by, by their numbers.
    pub facets: Vec<u8>,
    /// Threads that work, of which the caller's is one.
    pub threads: usize,
    /// Memory that finishing may take beyond what was collected, roughly.
    pub flush_memory_bytes: usize,
    /// Memory for what is collected and for finishing together: two thirds of what the first
    /// leaves of it the second may take, even if that is more than `flush_memory_bytes`.  (The
    /// rest is for forms, stems and what the allocator keeps.)
    pub budget_bytes: usize,
    /// Whether what copies are found by is wanted, too.
    pub with_texts: bool,
}

/// How many streams `threads` threads have.  The caller's thread has none: it takes articles
/// over from Python, which is about a third of the work, and compresses.
fn stream_count(threads: usize) -> usize {
    threads.saturating_sub(1).max(1)
}

/// Articles on the way to one segment.
pub struct Builder {
    path: PathBuf,
    options: Options,
    rules: Arc<TextRules>,
    documents: Documents,
    /// None after an error.
    open: Option<Open>,
    texts: Option<Vec<u8>>,
}

/// The file, and what is not in it yet.
struct Open {
    sink: ContainerWriter,
    store: StoreWriter,
    /// Of each stream the slots of the articles it has been given.
    slots: Vec<Vec<u32>>,
    /// How many batches came before the next one.
    turn: usize,
    threads: usize,
    work: Work,
    packer: BlockPacker,
    hot: Vec<u8>,
}

/// Who does the work.
enum Work {
    /// The caller's thread, of which there may be others when articles are enough.
    Own(Vec<Stream>),
    Threads(WorkerPool),
}

impl Builder {
    /// Start a segment in the new file `path`.
    pub fn new(path: &Path, rules: Arc<TextRules>, options: Options) -> Result<Self> {
        let mut sink = ContainerWriter::create(path)?;
        sink.begin(Section::Store)?;
        let streams = stream_count(options.threads);
        Ok(Builder {
            path: path.to_owned(),
            rules,
            documents: Documents::new(),
            open: Some(Open {
                sink,
                store: StoreWriter::new(),
                slots: vec![Vec::new(); streams],
                turn: 0,
                threads: options.threads,
                work: Work::Own((0..streams).map(|_| Stream::new()).collect()),
                packer: BlockPacker::default(),
                hot: Vec::new(),
            }),
            options,
            texts: None,
        })
    }

    /// The articles that the segment will hold.
    pub fn document_count(&self) -> usize {
        self.documents.live_count()
    }

    /// Memory in use.
    pub fn size_bytes(&self) -> usize {
        self.documents.size_bytes() + self.open.as_ref().map_or(0, Open::size_bytes)
    }

    /// Forget the article `id`; false if it is not here.
    pub fn remove(&mut self, id: &str) -> bool {
        self.documents.remove(id)
    }

    /// Add the articles of `batch` that `keep` marks; a later one supersedes an earlier one
    /// with the same id.
    pub fn add(&mut self, batch: Arc<Batch>, keep: Vec<bool>) -> Result<()> {
        let mut open = self.open.take().ok_or_else(useless)?;
        let job = Job { batch, keep };
        open.add(job, &mut self.documents, &self.rules)?;
        self.open = Some(open);
        Ok(())
    }

    /// Write the segment.  There must be an article.
    pub fn finish(&mut self, analysis: &mut dyn Analysis) -> Result<SegmentSummary> {
        let open = self.open.take().ok_or_else(useless)?;
        let documents = std::mem::take(&mut self.documents);
        let outcome = open.finish(documents, &self.options, analysis);
        if outcome.is_err() {
            remove(&self.path);
        }
        // From here on the file is not this builder's to remove.
        self.path = PathBuf::new();
        let written = outcome?;
        self.texts = written.texts;
        Ok(written.summary)
    }

    /// What copies of the articles are found by, if it was wanted: the file beside the segment
    /// that was written.
    pub fn take_texts(&mut self) -> Option<Vec<u8>> {
        self.texts.take()
    }
}

impl Drop for Builder {
    fn drop(&mut self) {
        self.open = None;
        remove(&self.path);
    }
}

fn remove(path: &Path) {
    if !path.as_os_str().is_empty() {
        // What cannot be removed is not part of any index, and is cleaned with the next commit.
        let _ = std::fs::remove_file(path);
    }
}

impl Open {
    fn size_bytes(&self) -> usize {
        let work = match &self.work {
            Work::Own(streams) => streams.iter().map(Stream::size_bytes).sum(),
            Work::Threads(pool) => pool.size_bytes(),
        };
        let slots: usize = self.slots.iter().map(|slots| size_of_val(&slots[..])).sum();
        work + slots + self.store.pending_bytes()
    }

    fn add(&mut self, job: Job, documents: &mut Documents, rules: &Arc<TextRules>) -> Result<()> {
        let stream = self.turn % self.slots.len();
        self.turn += 1;
        for place in job.kept() {
            let article = job.batch.get(place);
            article.put_hot(&mut self.hot);
            let slot = self.store.fill(&self.hot, article.body().as_bytes())?;
            let slots = &mut self.slots[stream];
            let place = DocumentPlace {
                stream: stream as u32,
                row: slots.len() as u32,
            };
            documents.add(article.id(), place, article.date_us());
            slots.push(slot);
        }
        if self.threads > 1 && documents.live_count() >= THREADED_ARTICLES {
            if let Work::Own(streams) = &mut self.work {
                self.work = Work::Threads(WorkerPool::start(std::mem::take(streams), rules)?);
            }
        }
        match &mut self.work {
            Work::Own(streams) => {
                job.add_to(&mut streams[stream], rules)?;
                self.store.pack_full(&mut self.sink)
            }
            Work::Threads(pool) => {
                pool.put_job(stream, job);
                if let Some(raw) = self.store.take_full() {
                    pool.put_blocks(raw);
                }
                pool.settle(&mut self.packer, &mut |packed| {
                    self.store.append(packed, &mut self.sink)
                })
            }
        }
    }

    fn finish(
        mut self,
        documents: Documents,
        options: &Options,
        analysis: &mut dyn Analysis,
    ) -> Result<Written> {
        let left = options.budget_bytes.saturating_sub(self.size_bytes());
        let streams = match self.work {
            Work::Own(streams) => streams,
            Work::Threads(pool) => pool.finish(&mut self.packer, &mut |packed| {
                self.store.append(packed, &mut self.sink)
            })?,
        };
        let store_index = self.store.finish(&mut self.sink)?;
        self.sink.end()?;
        let gathered = Gathered {
            streams,
            slots: self.slots,
            documents,
            store_index,
            codes: &options.codes,
            scoring: options.scoring,
            facets: &options.facets,
            threads: options.threads,
            memory_bytes: options.flush_memory_bytes.max(left / 3 * 2),
            with_texts: options.with_texts,
        };
        gathered.write(self.sink, analysis)
    }
}

fn useless() -> CoreError {
    CoreError::Invalid("the segment is finished or has failed".to_owned())
}
