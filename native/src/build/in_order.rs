//! How is work spread over threads when its results are wanted in order?
//!
//! Threads take the next piece of work as they become free; results wait until those before
//! them have been taken.  No thread runs further ahead than a few pieces, so what waits is
//! bounded.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Pieces a thread may be ahead of the one that is taken next.
const AHEAD: usize = 4;

struct State<T> {
    /// The next piece to begin.
    next: usize,
    /// The next piece to take.
    taken: usize,
    done: BTreeMap<usize, T>,
    /// A thread has panicked, so that a result will never come.
    panicked: bool,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

impl<T> Shared<T> {
    // A poisoned lock means that a thread panicked, which `scope` reports at its end.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'g>(&self, guard: MutexGuard<'g, State<T>>) -> MutexGuard<'g, State<T>> {
        self.changed
            .wait(guard)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the work when its holder is done with it or panics, so that nobody waits for ever.
struct Ending<'s, T> {
    shared: &'s Shared<T>,
    count: usize,
}

impl<T> Drop for Ending<'_, T> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.next = self.count;
        state.panicked |= std::thread::panicking();
        self.shared.changed.notify_all();
    }
}

/// Do the pieces of work below `count` on `threads` threads, of which this is one; call `take`
/// with each result, in order, on this one.  `start` makes what a thread keeps from one piece
/// to the next.  After an error of `take` no more work is begun.
pub fn for_each_in_order<S, T: Send, E>(
    count: usize,
    threads: usize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let mut kept = start();
    if threads <= 1 || count <= 1 {
        return (0..count).try_for_each(|piece| take(work(&mut kept, piece)));
    }
    let shared = Shared {
        state: Mutex::new(State {
            next: 0,
            taken: 0,
            done: BTreeMap::new(),
            panicked: false,
        }),
        changed: Condvar::new(),
    };
    let ending = || Ending {
        shared: &shared,
        count,
    };
    // The next piece, unless there is none or those before it must be taken first.
    let next_piece = |state: &mut State<T>| {
        let is_free = state.next < count && state.next < state.taken + AHEAD * threads;
        is_free.then(|| {
            state.next += 1;
            state.next - 1
        })
    };
    let run = || {
        // A thread ends by itself only when there is no more to begin.
        let _ending = ending();
        let mut kept = start();
        let mut state = shared.lock();
        while state.next < count {
            match next_piece(&mut state) {
                None => state = shared.wait(state),
                Some(piece) => {
                    drop(state);
                    let result = work(&mut kept, piece);
                    state = shared.lock();
                    state.done.insert(piece, result);
                    shared.changed.notify_all();
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(run);
        }
        let _ending = ending();
        (0..count).try_for_each(|wanted| {
            let mut state = shared.lock();
            let result = loop {
                if let Some(result) = state.done.remove(&wanted) {
                    break result;
                }
                if state.panicked {
                    // The scope passes the panic on.
                    return Ok(());
                }
                match next_piece(&mut state) {
                    None => state = shared.wait(state),
                    Some(piece) => {
                        drop(state);
                        let result = work(&mut kept, piece);
                        state = shared.lock();
                        state.done.insert(piece, result);
                    }
                }
            };
            state.taken = wanted + 1;
            drop(state);
            shared.changed.notify_all();
            take(result)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_from_any_number_of_threads() {
        for threads in [0, 1, 2, 5] {
            for count in [0, 1, 2, 100] {
                let mut taken = Vec::new();
                let work = |calls: &mut usize, piece: usize| {
                    *calls += 1;
                    if piece.is_multiple_of(3) {
                        std::thread::yield_now();
                    }
                    piece * piece
                };
                let outcome = for_each_in_order(
                    count,
                    threads,
                    || 0,
                    work,
                    |square| {
                        taken.push(square);
                        Ok::<(), ()>(())
                    },
                );
                assert_eq!(outcome, Ok(()));
                let expected: Vec<usize> = (0..count).map(|piece| piece * piece).collect();
                assert_eq!(taken, expected);
            }
        }
    }

    #[test]
    fn an_error_ends_the_work() {
        for threads in [1, 3] {
            let work = |_: &mut (), piece: usize| piece;
            let take = |piece| if piece == 7 { Err("seven") } else { Ok(()) };
            let outcome = for_each_in_order(1000, threads, || (), work, take);
            assert_eq!(outcome, Err("seven"));
        }
    }

    #[test]
    fn a_panic_of_a_thread_is_passed_on() {
        let outcome = std::panic::catch_unwind(|| {
            let work = |_: &mut (), piece: usize| assert!(piece != 5);
            for_each_in_order(50, 2, || (), work, |_| Ok::<(), ()>(()))
        });
        assert!(outcome.is_err());
    }
}
