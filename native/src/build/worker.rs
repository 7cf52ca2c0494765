//! Who finds the words of articles and compresses them: this thread or others?
//!
//! A [`Worker`] keeps a stream of its own and, where there are several, packs its articles
//! itself.  [`WorkerPool`] gives each the batches that its caller says, some to a worker that
//! the caller's own thread does the work of, and takes what comes back in the same turn, with
//! a fixed number of batches under way: so where a batch ends up in the file, and what is
//! known of the memory in use do not depend on how threads happen to be scheduled, and two
//! runs give the same segments.

use std::collections::VecDeque;
use std::sync::mpsc::{channel, sync_channel, Receiver, Sender, SyncSender};
use std::sync::Arc;
use std::thread::JoinHandle;

use super::article::Batch;
use super::stream::Stream;
use crate::error::{CoreError, Result};
use crate::store::{BlockPacker, Dictionaries, PackedArticles};
use crate::text::TextRules;

/// Batches under way for each thread: one that is worked on, and some that wait while the
/// caller's thread is at a batch of its own.
const UNDER_WAY: usize = 4;
/// Packed bytes that are handed over at once.
const HANDED_OVER_BYTES: usize = 256 << 10;

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
}

/// Packed articles that a worker has handed over: those after the ones of the last time.
pub struct HandedOver {
    pub packed: PackedArticles,
    pub articles: u32,
}

/// What a worker says of a job it has done.
struct Done {
    handed: Option<HandedOver>,
    /// Memory in use by the worker.
    size_bytes: usize,
}

/// What a worker leaves behind.
struct Left {
    stream: Stream,
    handed: HandedOver,
}

/// One thread's articles.
struct Worker {
    stream: Stream,
    packer: BlockPacker,
    rules: Arc<TextRules>,
    hot: Vec<u8>,
}

impl Worker {
    fn perform(&mut self, job: &Job) -> Result<Done> {
        for place in job.kept() {
            let article = job.batch.get(place);
            self.stream.add(article, &self.rules)?;
            article.put_hot(&mut self.hot);
            self.packer.push(&self.hot, article.body().as_bytes())?;
        }
        let handed = match self.packer.packed_bytes() >= HANDED_OVER_BYTES {
            true => Some(self.hand_over()?),
            false => None,
        };
        Ok(Done {
            handed,
            size_bytes: self.stream.size_bytes()
                + self.packer.packed_bytes()
                + self.packer.pending_bytes(),
        })
    }

    fn hand_over(&mut self) -> Result<HandedOver> {
        Ok(HandedOver {
            articles: self.packer.pending_articles(),
            packed: self.packer.take()?,
        })
    }

    fn run(mut self, jobs: &Receiver<Job>, done: &Sender<Result<Done>>) -> Result<Left> {
        for job in jobs {
            let outcome = self.perform(&job);
            let failed = outcome.is_err();
            // Who does not listen any more has given up on the segment.
            if done.send(outcome).is_err() || failed {
                break;
            }
        }
        Ok(Left {
            handed: self.hand_over()?,
            stream: self.stream,
        })
    }
}

struct Thread {
    jobs: SyncSender<Job>,
    done: Receiver<Result<Done>>,
    handle: JoinHandle<Result<Left>>,
    size_bytes: usize,
}

impl Thread {
    fn start(worker: Worker) -> Result<Self> {
        let (jobs, own_jobs) = sync_channel(UNDER_WAY);
        let (own_done, done) = channel();
        let handle = std::thread::Builder::new()
            .name("searcher-build".to_owned())
            .spawn(move || worker.run(&own_jobs, &own_done))
            .map_err(|error| CoreError::Invalid(format!("no thread: {error}")))?;
        Ok(Thread {
            jobs,
            done,
            handle,
            size_bytes: 0,
        })
    }
}

/// Threads that add articles.
///
/// What comes back is handed to a function of the caller: the number of the worker, and what
/// it packed.
pub struct WorkerPool {
    threads: Vec<Thread>,
    /// The worker after those of the threads, and the memory it uses.
    own: Option<(Box<Worker>, usize)>,
    /// Memory of the batches that are under way, with the thread that has each.
    under_way: VecDeque<(usize, usize)>,
}

/// What takes packed articles over from the worker of that number.
pub type TakeOver<'t> = dyn FnMut(usize, HandedOver) -> Result<()> + 't;

impl WorkerPool {
    /// Start `count` workers, in `threads` threads of which the caller's is one.
    pub fn start(
        threads: usize,
        count: usize,
        rules: &Arc<TextRules>,
        dictionaries: &Arc<Dictionaries>,
    ) -> Result<Self> {
        let worker = || Worker {
            stream: Stream::new(),
            packer: BlockPacker::new(dictionaries.clone()),
            rules: rules.clone(),
            hot: Vec::new(),
        };
        let spawned = (1..threads).take(count);
        let spawned = spawned.map(|_| Thread::start(worker()));
        let threads: Vec<Thread> = spawned.collect::<Result<_>>()?;
        Ok(WorkerPool {
            own: (threads.len() < count).then(|| (Box::new(worker()), 0)),
            threads,
            under_way: VecDeque::new(),
        })
    }

    /// Memory in use.  What workers are just doing is counted as the size of their batches.
    pub fn size_bytes(&self) -> usize {
        let threads: usize = self.threads.iter().map(|thread| thread.size_bytes).sum();
        let under_way: usize = self.under_way.iter().map(|(_, bytes)| bytes).sum();
        threads + under_way + self.own.as_ref().map_or(0, |(_, bytes)| *bytes)
    }

    /// Give `job` to `worker`, and wait until no more than a few are under way.
    pub fn put(&mut self, worker: usize, job: Job, take: &mut TakeOver<'_>) -> Result<()> {
        if let (Some((own, size_bytes)), true) = (&mut self.own, worker == self.threads.len()) {
            let done = own.perform(&job)?;
            *size_bytes = done.size_bytes;
            return match done.handed {
                Some(handed) => take(worker, handed),
                None => Ok(()),
            };
        }
        self.under_way.push_back((worker, job.batch.size_bytes()));
        if self.threads[worker].jobs.send(job).is_err() {
            return Err(self.reason_of_end(worker));
        }
        while self.under_way.len() > UNDER_WAY * self.threads.len() {
            self.receive(take)?;
        }
        Ok(())
    }

    fn receive(&mut self, take: &mut TakeOver<'_>) -> Result<()> {
        let Some((worker, _)) = self.under_way.pop_front() else {
            return Ok(());
        };
        let Ok(outcome) = self.threads[worker].done.recv() else {
            return Err(ended());
        };
        let done = outcome?;
        self.threads[worker].size_bytes = done.size_bytes;
        match done.handed {
            Some(handed) => take(worker, handed),
            None => Ok(()),
        }
    }

    /// Why a worker takes no more jobs: what it said last.
    fn reason_of_end(&self, worker: usize) -> CoreError {
        let said = self.threads[worker].done.try_iter().find_map(Result::err);
        said.unwrap_or_else(ended)
    }

    /// Wait until all is done; the streams, in the order of the workers.
    pub fn finish(mut self, take: &mut TakeOver<'_>) -> Result<Vec<Stream>> {
        while !self.under_way.is_empty() {
            self.receive(take)?;
        }
        let mut streams = Vec::new();
        for (worker, thread) in self.threads.into_iter().enumerate() {
            drop(thread.jobs);
            let left = thread.handle.join().map_err(|_| ended())??;
            take(worker, left.handed)?;
            streams.push(left.stream);
        }
        if let Some((mut own, _)) = self.own {
            take(streams.len(), own.hand_over()?)?;
            streams.push(own.stream);
        }
        Ok(streams)
    }
}

fn ended() -> CoreError {
    CoreError::Invalid("a thread that adds articles has ended".to_owned())
}
