//! How are articles collected on the way to one segment?
//!
//! [`Builder`] takes batches of articles: it notes which article is where (`documents`), has
//! their words streamed and their text compressed, by itself or by threads (`worker`), and at
//! the end writes the rest of the file (`finish`).  Compressed articles go to the file as they
//! come, so what stays in memory is about a third of the text.
//!
//! After an error a builder is of no use any more; a builder that is dropped before its
//! segment is complete removes the file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::article::Batch;
use super::documents::{Documents, Place};
use super::finish::{Gathered, SegmentSummary};
use super::stream::Stream;
use super::vocabulary::Analysis;
use super::worker::{HandedOver, Job, WorkerPool};
use crate::container::{ContainerWriter, Section};
use crate::error::{CoreError, Result};
use crate::norms::LengthCodes;
use crate::store::{Dictionaries, StoreWriter};
use crate::text::TextRules;

/// Articles, and bytes of them, that dictionaries are trained on before threads start.
const SAMPLE_ARTICLES: usize = 1000;
const SAMPLE_BYTES: usize = 4 << 20;
/// Of two threads the caller's takes one batch in so many.
const CALLERS_TURN: usize = 4;

/// How to build.
#[derive(Clone)]
pub struct Options {
    pub codes: LengthCodes,
    /// Threads that work, of which the caller's is one.
    pub threads: usize,
    /// Memory that finishing may take beyond what was collected, roughly.
    pub flush_memory_bytes: usize,
    /// Memory for what is collected and for finishing together: half of what the first leaves
    /// of it the second may take, even if that is more than `flush_memory_bytes`.  (The other
    /// half is for forms, stems and what the allocator keeps.)
    pub budget_bytes: usize,
}

/// How many streams `threads` threads have.  The caller's thread has another task, taking
/// articles over from Python, which is about a third of the work: with two threads it does a
/// part of the rest, with more none of it.
fn stream_count(threads: usize) -> usize {
    match threads {
        0..=2 => threads.max(1),
        _ => threads - 1,
    }
}

/// The stream that batch number `turn` goes to.  The caller's thread has the last one, if any.
fn stream_of(turn: usize, threads: usize) -> usize {
    match threads {
        0..=1 => 0,
        2 => usize::from(turn % CALLERS_TURN == CALLERS_TURN - 1),
        _ => turn % (threads - 1),
    }
}

/// Articles on the way to one segment.
pub struct Builder {
    path: PathBuf,
    options: Options,
    rules: Arc<TextRules>,
    documents: Documents,
    /// None after an error.
    open: Option<Open>,
}

/// The file, and what is not in it yet.
struct Open {
    sink: ContainerWriter,
    store: StoreWriter,
    /// Of each stream how many articles it has been given, and the slots they are known to
    /// have.
    rows: Vec<u32>,
    slots: Vec<Vec<u32>>,
    /// How many batches came before the next one.
    turn: usize,
    threads: usize,
    work: Work,
}

/// Who does the work.
enum Work {
    /// The caller's thread.
    Own(Box<Stream>),
    /// Threads, when there are enough articles to train dictionaries on.  Until then the
    /// jobs wait, each with its stream.
    Waiting {
        jobs: Vec<(usize, Job)>,
        articles: usize,
        bytes: usize,
    },
    Threads(WorkerPool),
}

impl Builder {
    /// Start a segment in the new file `path`.
    pub fn new(path: &Path, rules: Arc<TextRules>, options: Options) -> Result<Self> {
        let mut sink = ContainerWriter::create(path)?;
        sink.begin(Section::Store)?;
        let streams = stream_count(options.threads);
        let work = match options.threads {
            0..=1 => Work::Own(Box::default()),
            _ => Work::Waiting {
                jobs: Vec::new(),
                articles: 0,
                bytes: 0,
            },
        };
        Ok(Builder {
            path: path.to_owned(),
            rules,
            documents: Documents::new(),
            open: Some(Open {
                sink,
                store: StoreWriter::new(),
                rows: vec![0; streams],
                slots: vec![Vec::new(); streams],
                turn: 0,
                threads: options.threads,
                work,
            }),
            options,
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
        open.register(&job, &mut self.documents);
        open.add(job, &self.rules)?;
        self.open = Some(open);
        Ok(())
    }

    /// Write the segment.  There must be an article.
    pub fn finish(&mut self, analysis: &mut dyn Analysis) -> Result<SegmentSummary> {
        let open = self.open.take().ok_or_else(useless)?;
        let documents = std::mem::take(&mut self.documents);
        let outcome = open.finish(documents, &self.options, &self.rules, analysis);
        if outcome.is_err() {
            remove(&self.path);
        }
        // From here on the file is not this builder's to remove.
        self.path = PathBuf::new();
        outcome
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
            Work::Own(stream) => stream.size_bytes(),
            Work::Waiting { bytes, .. } => *bytes,
            Work::Threads(pool) => pool.size_bytes(),
        };
        let slots: usize = self.slots.iter().map(|slots| size_of_val(&slots[..])).sum();
        work + slots + self.store.pending_bytes()
    }

    /// Note where the articles of `job` will be.
    fn register(&mut self, job: &Job, documents: &mut Documents) {
        let stream = stream_of(self.turn, self.threads);
        let rows = &mut self.rows[stream];
        for place in job.kept() {
            let article = job.batch.get(place);
            let place = Place {
                stream: stream as u32,
                row: *rows,
            };
            documents.add(article.id(), place, article.date_us());
            *rows += 1;
        }
    }

    fn add(&mut self, job: Job, rules: &Arc<TextRules>) -> Result<()> {
        let stream_number = stream_of(self.turn, self.threads);
        self.turn += 1;
        match &mut self.work {
            Work::Own(stream) => perform(
                &job,
                stream,
                &mut self.slots[stream_number],
                &mut self.store,
                &mut self.sink,
                rules,
            ),
            Work::Waiting {
                jobs,
                articles,
                bytes,
            } => {
                *articles += job.kept().count();
                *bytes += job.batch.size_bytes();
                jobs.push((stream_number, job));
                if *articles >= SAMPLE_ARTICLES || *bytes >= SAMPLE_BYTES {
                    self.start_threads(rules)?;
                }
                Ok(())
            }
            Work::Threads(pool) => pool.put(stream_number, job, &mut |worker, handed| {
                append(
                    handed,
                    &mut self.slots[worker],
                    &mut self.store,
                    &mut self.sink,
                )
            }),
        }
    }

    /// Train dictionaries on the jobs that wait, and give them to threads.
    fn start_threads(&mut self, rules: &Arc<TextRules>) -> Result<()> {
        let Work::Waiting { jobs, .. } = &mut self.work else {
            return Ok(());
        };
        let jobs = std::mem::take(jobs);
        let mut samples = Vec::new();
        let kept = jobs
            .iter()
            .flat_map(|(_, job)| job.kept().map(|place| job.batch.get(place)));
        for article in kept.take(SAMPLE_ARTICLES) {
            let mut hot = Vec::new();
            article.put_hot(&mut hot);
            samples.push((hot, article.body().as_bytes()));
        }
        let dictionaries = Arc::new(Dictionaries::train(&samples));
        self.store.set_dictionaries(dictionaries.clone());
        let mut pool = WorkerPool::start(self.threads, self.rows.len(), rules, &dictionaries)?;
        for (stream, job) in jobs {
            pool.put(stream, job, &mut |worker, handed| {
                append(
                    handed,
                    &mut self.slots[worker],
                    &mut self.store,
                    &mut self.sink,
                )
            })?;
        }
        self.work = Work::Threads(pool);
        Ok(())
    }

    fn finish(
        mut self,
        documents: Documents,
        options: &Options,
        rules: &Arc<TextRules>,
        analysis: &mut dyn Analysis,
    ) -> Result<SegmentSummary> {
        let left = options.budget_bytes.saturating_sub(self.size_bytes());
        let streams = match self.work {
            Work::Own(stream) => vec![*stream],
            // Too few to start threads for.
            Work::Waiting { jobs, .. } => {
                let mut streams: Vec<Stream> = self.rows.iter().map(|_| Stream::new()).collect();
                for (turn, job) in jobs {
                    let (stream, slots) = (&mut streams[turn], &mut self.slots[turn]);
                    perform(&job, stream, slots, &mut self.store, &mut self.sink, rules)?;
                }
                streams
            }
            Work::Threads(pool) => pool.finish(&mut |worker, handed| {
                append(
                    handed,
                    &mut self.slots[worker],
                    &mut self.store,
                    &mut self.sink,
                )
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
            threads: options.threads,
            memory_bytes: options.flush_memory_bytes.max(left / 2),
        };
        gathered.write(self.sink, analysis)
    }
}

/// Do a job in this thread.
fn perform(
    job: &Job,
    stream: &mut Stream,
    slots: &mut Vec<u32>,
    store: &mut StoreWriter,
    sink: &mut ContainerWriter,
    rules: &TextRules,
) -> Result<()> {
    let mut hot = Vec::new();
    for place in job.kept() {
        let article = job.batch.get(place);
        stream.add(article, rules)?;
        article.put_hot(&mut hot);
        slots.push(store.push(&hot, article.body().as_bytes(), sink)?);
    }
    Ok(())
}

/// Put what a thread packed into the store, and note the slots.
fn append(
    handed: HandedOver,
    slots: &mut Vec<u32>,
    store: &mut StoreWriter,
    sink: &mut ContainerWriter,
) -> Result<()> {
    let first = store.append(handed.packed, sink)?;
    slots.extend(first..first + handed.articles);
    Ok(())
}

fn useless() -> CoreError {
    CoreError::Invalid("the segment is finished or has failed".to_owned())
}
