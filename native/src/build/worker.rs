//! Who walks over texts and compresses blocks: this thread or others?
//!
//! Each thread of a [`WorkerPool`] has a stream of its own and walks over the batches that
//! its caller says.  Blocks of stored articles are compressed by whoever is free: a thread
//! without a batch, or the caller's own where it would have to wait; what they hold was
//! decided before.  Results are taken in the order in which the work was given, with a fixed
//! number of pieces under way: so neither what is written nor what is known of the memory in
//! use depends on how threads happen to be scheduled, and two runs give the same segments.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::article::Batch;
use super::stream::Stream;
use crate::error::{CoreError, Result};
use crate::store::{BlockPacker, PackedBlocks, RawBlocks};
use crate::text::TextRules;

/// Pieces of work under way for each thread; a batch is two.
const UNDER_WAY: usize = 8;

/// Articles to add: those of `batch` that `keep` marks.
pub struct Job {
    pub batch: Arc<Batch>,
    pub keep: Vec<bool>,
}

impl Job {
    /// The places in the batch of the articles to add.
    pub fn kept(&self) -> impl Iterator<Item = usize> + '_ {
        let places = 0..self.batch.len().min(self.keep.len());
        places.filter(|&place| self.keep[place])
    }

    /// Walk over the texts.
    pub fn add_to(&self, stream: &mut Stream, rules: &TextRules) -> Result<()> {
        self.kept()
            .try_for_each(|place| stream.add(self.batch.get(place), rules))
    }
}

/// What there is to do, and what is done.
#[derive(Default)]
struct State {
    /// For each thread.
    jobs: Vec<VecDeque<Job>>,
    /// For any, with their numbers.
    blocks: VecDeque<(usize, RawBlocks)>,
    /// For each thread: the memory its stream took after each job.
    added: Vec<VecDeque<Result<usize>>>,
    packed: BTreeMap<usize, Result<PackedBlocks>>,
    /// There is no more to come.
    complete: bool,
    /// A thread has panicked, or the builder is dropped.
    broken: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    // A poisoned lock means that a thread panicked, which `broken` says too.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'g>(&self, guard: MutexGuard<'g, State>) -> MutexGuard<'g, State> {
        self.changed
            .wait(guard)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a thread does next.
enum Task {
    Add(Job),
    Pack(usize, RawBlocks),
}

/// One thread's articles.
struct Worker {
    number: usize,
    stream: Stream,
    packer: BlockPacker,
    rules: Arc<TextRules>,
    shared: Arc<Shared>,
}

impl Worker {
    fn run(mut self) -> Stream {
        let shared = self.shared.clone();
        let _alarm = Alarm(&shared);
        while let Some(task) = self.next_task() {
            match task {
                Task::Add(job) => {
                    let outcome = job.add_to(&mut self.stream, &self.rules);
                    drop(job);
                    let outcome = outcome.map(|()| self.stream.size_bytes());
                    shared.lock().added[self.number].push_back(outcome);
                }
                Task::Pack(number, raw) => {
                    let packed = self.packer.pack(&raw);
                    drop(raw);
                    shared.lock().packed.insert(number, packed);
                }
            }
            shared.changed.notify_all();
        }
        self.stream
    }

    /// Its own batches first: nobody else can take them.
    fn next_task(&self) -> Option<Task> {
        let mut state = self.shared.lock();
        loop {
            if state.broken {
                return None;
            }
            if let Some(job) = state.jobs[self.number].pop_front() {
                return Some(Task::Add(job));
            }
            if let Some((number, raw)) = state.blocks.pop_front() {
                return Some(Task::Pack(number, raw));
            }
            if state.complete {
                return None;
            }
            state = self.shared.wait(state);
        }
    }
}

/// Tells everyone if its holder panics, so that nobody waits for ever.
struct Alarm<'s>(&'s Shared);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().broken = true;
            self.0.changed.notify_all();
        }
    }
}

/// A piece of work that was given.
enum Given {
    /// A batch of so many bytes, to a thread.
    Job {
        worker: usize,
        bytes: usize,
    },
    Blocks {
        number: usize,
        bytes: usize,
    },
}

impl Given {
    fn bytes(&self) -> usize {
        match self {
            Given::Job { bytes, .. } | Given::Blocks { bytes, .. } => *bytes,
        }
    }
}

/// Threads that add articles.
pub struct WorkerPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<Stream>>,
    /// Memory of the streams, as it was told last.
    stream_bytes: Vec<usize>,
    under_way: VecDeque<Given>,
    blocks_given: usize,
}

/// What takes blocks over that are compressed.
pub type TakeOver<'t> = dyn FnMut(PackedBlocks) -> Result<()> + 't;

impl WorkerPool {
    /// Start `count` threads, which go on with `streams`.
    pub fn start(streams: Vec<Stream>, rules: &Arc<TextRules>) -> Result<Self> {
        let shared = Arc::new(Shared::default());
        for _ in &streams {
            let mut state = shared.lock();
            state.jobs.push(VecDeque::new());
            state.added.push(VecDeque::new());
        }
        let mut pool = WorkerPool {
            shared: shared.clone(),
            threads: Vec::new(),
            stream_bytes: streams.iter().map(Stream::size_bytes).collect(),
            under_way: VecDeque::new(),
            blocks_given: 0,
        };
        for (number, stream) in streams.into_iter().enumerate() {
            let worker = Worker {
                number,
                stream,
                packer: BlockPacker::default(),
                rules: rules.clone(),
                shared: shared.clone(),
            };
            let handle = std::thread::Builder::new()
                .name("searcher-build".to_owned())
                .spawn(move || worker.run())
                .map_err(|error| CoreError::Invalid(format!("no thread: {error}")))?;
            pool.threads.push(handle);
        }
        Ok(pool)
    }

    /// Memory in use.  What is under way is counted as what was given.
    pub fn size_bytes(&self) -> usize {
        let under_way: usize = self.under_way.iter().map(Given::bytes).sum();
        self.stream_bytes.iter().sum::<usize>() + under_way
    }

    /// Give `job` to `worker`.
    pub fn put_job(&mut self, worker: usize, job: Job) {
        let bytes = job.batch.size_bytes();
        self.under_way.push_back(Given::Job { worker, bytes });
        self.shared.lock().jobs[worker].push_back(job);
        self.shared.changed.notify_all();
    }

    /// Have blocks compressed.
    pub fn put_blocks(&mut self, raw: RawBlocks) {
        let (number, bytes) = (self.blocks_given, raw.size_bytes());
        self.blocks_given += 1;
        self.under_way.push_back(Given::Blocks { number, bytes });
        self.shared.lock().blocks.push_back((number, raw));
        self.shared.changed.notify_all();
    }

    /// Wait until no more than a few pieces are under way; compress meanwhile.
    pub fn settle(&mut self, packer: &mut BlockPacker, take: &mut TakeOver<'_>) -> Result<()> {
        self.settle_to(UNDER_WAY * (self.threads.len() + 1), packer, take)
    }

    fn settle_to(
        &mut self,
        most: usize,
        packer: &mut BlockPacker,
        take: &mut TakeOver<'_>,
    ) -> Result<()> {
        while self.under_way.len() > most {
            match self.under_way.pop_front() {
                Some(Given::Job { worker, .. }) => {
                    let told = self.result(packer, |state| state.added[worker].pop_front())?;
                    self.stream_bytes[worker] = told?;
                }
                Some(Given::Blocks { number, .. }) => {
                    let packed = self.result(packer, |state| state.packed.remove(&number))?;
                    take(packed?)?;
                }
                None => {}
            }
        }
        Ok(())
    }

    /// What `find` finds, once it is there.
    fn result<T>(
        &self,
        packer: &mut BlockPacker,
        mut find: impl FnMut(&mut State) -> Option<T>,
    ) -> Result<T> {
        let mut state = self.shared.lock();
        loop {
            if let Some(found) = find(&mut state) {
                return Ok(found);
            }
            if state.broken {
                return Err(ended());
            }
            state = match state.blocks.pop_front() {
                None => self.shared.wait(state),
                Some((number, raw)) => {
                    drop(state);
                    let packed = packer.pack(&raw);
                    let mut state = self.shared.lock();
                    state.packed.insert(number, packed);
                    state
                }
            };
        }
    }

    /// Wait until all is done; the streams, in the order of the threads.
    pub fn finish(
        mut self,
        packer: &mut BlockPacker,
        take: &mut TakeOver<'_>,
    ) -> Result<Vec<Stream>> {
        self.settle_to(0, packer, take)?;
        self.shared.lock().complete = true;
        self.shared.changed.notify_all();
        let threads = std::mem::take(&mut self.threads);
        let streams = threads.into_iter().map(|thread| thread.join());
        streams.map(|stream| stream.map_err(|_| ended())).collect()
    }
}

impl Drop for WorkerPool {
    fn drop(&mut self) {
        // Threads that are not waited for have no more to do.
        self.shared.lock().broken = true;
        self.shared.changed.notify_all();
    }
}

fn ended() -> CoreError {
    CoreError::Invalid("a thread that adds articles has ended".to_owned())
}
