//! The edge to Python: searching the segments of a snapshot.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyFloat, PyList, PyTuple};

use super::groups::{self, unit_of, FoldedRow, Groups};
use super::hits;
use super::interruption::ask;
use super::plan::plan_of;
use super::segment::Segment;
use super::tallies;
use super::text::character_classes;
use crate::container::Section;
use crate::error::{CoreError, Damage, Result};
use crate::scoring::Scoring;
use crate::search::budget::{Budget, Limit, Part};
use crate::search::folding::{Copies, FoldedSearch};
use crate::search::plan::{self, Field};
use crate::search::ranking::{recency, top_k};
use crate::search::searcher::{self, Sort};
use crate::search::shown::hits::{Manner, Shown, Wanted};
use crate::search::shown::words::Weighing;
use crate::search::tally::Axis;
use crate::search::WordCounter;

create_exception!(
    searcher.codec._native,
    TooManyFormsError,
    PyException,
    "The patterns of a plan stand for too many forms: the number of the word at which they were \
     too many, how many it stands for, and how many all to it do together."
);
create_exception!(
    searcher.codec._native,
    SpentError,
    PyException,
    "A search was given up: what was used up (\"work\", \"memory\", \"time\"), at which stage, \
     at which part of the plan (\"word\", \"clause\", \"value\" or \"\", and its number), and \
     how many steps of how many of the stage were done."
);

/// How many match, how many match all optional words, and the first of them.
type Found<'py> = (u64, u64, Bound<'py, PyList>);

/// Searches this large let other threads run; smaller ones are over before a switch.
const COST_OF_A_SWITCH: u64 = 20_000;

/// The constants of the ranking, as Python hands them over.
pub fn scoring_of(values: [f64; 5]) -> PyResult<Scoring> {
    Scoring::new(values).ok_or_else(|| PyValueError::new_err("no ranking has these constants"))
}

/// What is asked, as the core reads it: made of what `compile_plan` makes.
#[pyclass(frozen, module = "searcher.codec._native")]
pub struct Plan {
    inner: plan::Plan,
}

#[pymethods]
impl Plan {
    #[new]
    fn new(plan: &Bound<'_, PyTuple>) -> PyResult<Self> {
        let inner = plan_of(plan)?;
        Ok(Plan { inner })
    }
}

/// What the age of an article leaves of its score: by whole days before the instant
/// `reference_us`, factors from more than 0 to 1.
#[pyclass(frozen, module = "searcher.codec._native")]
pub struct Recency {
    inner: recency::Recency,
}

#[pymethods]
impl Recency {
    #[new]
    fn new(reference_us: i64, factors: Vec<f64>) -> PyResult<Self> {
        let inner = recency::Recency::new(reference_us, factors);
        let inner = inner.ok_or_else(|| PyValueError::new_err("no article ages so"))?;
        Ok(Recency { inner })
    }
}

/// An article that matches: its segment in the snapshot, its number there, and its score.
///
/// Equal to the `Match` of the plain executor that says the same.  An object of the core,
/// because a tuple with its numbers takes Python several times as long to make, and for a
/// rare word that was most of a search.
#[pyclass(frozen, module = "searcher.codec._native")]
pub struct Match {
    #[pyo3(get)]
    segment: u32,
    #[pyo3(get)]
    number: u32,
    #[pyo3(get)]
    score: f64,
}

#[pymethods]
impl Match {
    fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        if let Ok(other) = other.cast::<Match>() {
            let other = other.get();
            return Ok(self.number == other.number
                && self.segment == other.segment
                && self.score == other.score);
        }
        let other: (u32, u32, f64) = match other.extract() {
            Ok(other) => other,
            Err(_) => return Ok(false),
        };
        Ok((self.segment, self.number, self.score) == other)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        (self.segment, self.number, self.score)
            .into_pyobject(py)?
            .hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let score = PyFloat::new(py, self.score).repr()?;
        Ok(format!(
            "Match(segment={}, number={}, score={score})",
            self.segment, self.number
        ))
    }
}

/// The segments of one snapshot, ready to be searched; safe to use from several threads.
#[pyclass(frozen, module = "searcher.codec._native")]
pub struct Searcher {
    inner: searcher::Searcher,
}

#[pymethods]
impl Searcher {
    /// Search `segments`, pairs of a segment and the numbers of its deleted documents.
    ///
    /// `length_of_code` are the lengths that field norms stand for, and `count_words(byline,
    /// stored)` counts the words of a title or of each name of a byline in the stored fields
    /// of an article.  `scoring` are the constants of the ranking (`Scoring.as_tuple`).
    #[new]
    fn new(
        segments: Vec<(PyRef<'_, Segment>, Vec<u32>)>,
        length_of_code: Vec<u32>,
        count_words: Py<PyAny>,
        scoring: [f64; 5],
    ) -> PyResult<Self> {
        let length_of_code: [u32; 256] = length_of_code
            .try_into()
            .map_err(|_| PyValueError::new_err("there are 256 field norms"))?;
        let segments = (segments.iter())
            .map(|(segment, deleted)| (segment.inner(), deleted.clone()))
            .collect();
        let counter = Box::new(PythonCounter(count_words));
        let inner =
            searcher::Searcher::new(segments, length_of_code, counter, scoring_of(scoring)?);
        Ok(Searcher { inner })
    }

    /// The first `limit` matches of a plan (all, if None), sorted by "score", "date" or
    /// "-date": how many match, how many match all optional words, and the first ones, each a
    /// `Match`.
    ///
    /// Without `count`, what cannot be among the first is not looked at, and the numbers are
    /// those of what was seen.  After `timeout_s` seconds, and when it has cost too much, it
    /// is given up with `SpentError`.
    #[allow(clippy::too_many_arguments)]
    #[pyo3(signature = (plan, limit, sort, count, timeout_s, recency=None))]
    fn search<'py>(
        &self,
        py: Python<'py>,
        plan: &Plan,
        limit: Option<usize>,
        sort: &str,
        count: bool,
        timeout_s: Option<f64>,
        recency: Option<PyRef<'py, Recency>>,
    ) -> PyResult<Found<'py>> {
        let plan = &plan.inner;
        let sort = sort_of(sort)?;
        let recency = recency.as_ref().map(|recency| &recency.inner);
        let search =
            |budget: &Budget| (self.inner).search_within(plan, limit, sort, count, recency, budget);
        let ranking = self.within_budget(py, timeout_s, search)?;
        let matches = ranking.matches.iter();
        let matches = matches.map(|found| Match {
            segment: found.segment,
            number: found.doc,
            score: found.score,
        });
        let matches = PyList::new(py, matches)?;
        Ok((ranking.total, ranking.matching_all, matches))
    }

    /// How many articles match, how many match all optional words, and the first `limit`
    /// after `offset` as rows: id, score, title, byline, date, source, section, url, path and
    /// a snippet of `words` words; with `stretches` also where that was taken from.
    #[allow(clippy::too_many_arguments)]
    #[pyo3(signature = (plan, limit, offset, sort, words, timeout_s, recency=None, stretches=false))]
    fn hits<'py>(
        &self,
        py: Python<'py>,
        plan: &Plan,
        limit: Option<usize>,
        offset: usize,
        sort: &str,
        words: usize,
        timeout_s: Option<f64>,
        recency: Option<PyRef<'py, Recency>>,
        stretches: bool,
    ) -> PyResult<(u64, u64, Vec<Bound<'py, PyTuple>>)> {
        let plan = &plan.inner;
        let wanted = Wanted {
            limit,
            offset,
            sort: sort_of(sort)?,
            recency: recency.as_ref().map(|recency| &recency.inner),
            manner: Manner { words, stretches },
        };
        let classes = character_classes(py)?;
        let find = |budget: &Budget| self.inner.hits(plan, wanted, &classes, budget);
        let (ranking, shown) = self.within_budget(py, timeout_s, find)?;
        let rows = self.hit_rows(py, ranking.matches.iter(), &shown)?;
        Ok((ranking.total, ranking.matching_all, rows))
    }

    /// The first `limit` texts, or stories, after `offset` of the articles that match, `by`
    /// "texts" or "stories": how many articles match, how many match all optional words, how
    /// many texts and stories they are (None if those are not known), and a row of each text.
    #[allow(clippy::too_many_arguments, clippy::type_complexity)]
    #[pyo3(signature = (plan, groups, by, limit, offset, sort, timeout_s, recency=None))]
    fn folded(
        &self,
        py: Python<'_>,
        plan: &Plan,
        groups: PyRef<'_, Groups>,
        by: &str,
        limit: Option<usize>,
        offset: usize,
        sort: &str,
        timeout_s: Option<f64>,
        recency: Option<PyRef<'_, Recency>>,
    ) -> PyResult<(u64, u64, u64, Option<u64>, Vec<FoldedRow>)> {
        let (plan, groups) = (&plan.inner, groups.inner());
        let search = FoldedSearch {
            limit,
            offset,
            sort: sort_of(sort)?,
            recency: recency.as_ref().map(|recency| &recency.inner),
            by: unit_of(by)?,
        };
        let find = |budget: &Budget| self.inner.folded(plan, groups, search, budget);
        let folded = self.within_budget(py, timeout_s, find)?;
        let rows = groups::rows(&folded);
        let (total, all) = (folded.total, folded.matching_all);
        Ok((total, all, folded.texts, folded.stories, rows))
    }

    /// The same, what `hits` shows of each, and how many others have the text, `listed` of them
    /// each as its number through all segments, and id, title, source, date, url and path.
    #[allow(clippy::too_many_arguments, clippy::type_complexity)]
    #[pyo3(signature = (plan, groups, by, limit, offset, sort, listed, words, timeout_s, recency=None, stretches=false))]
    fn folded_hits<'py>(
        &self,
        py: Python<'py>,
        plan: &Plan,
        groups: PyRef<'py, Groups>,
        by: &str,
        limit: Option<usize>,
        offset: usize,
        sort: &str,
        listed: usize,
        words: usize,
        timeout_s: Option<f64>,
        recency: Option<PyRef<'py, Recency>>,
        stretches: bool,
    ) -> PyResult<(
        u64,
        u64,
        u64,
        Option<u64>,
        Vec<FoldedRow>,
        Vec<Bound<'py, PyTuple>>,
        Vec<(u64, Vec<(u32, hits::ShortRow<'py>)>)>,
    )> {
        let (plan, groups) = (&plan.inner, groups.inner());
        let search = FoldedSearch {
            limit,
            offset,
            sort: sort_of(sort)?,
            recency: recency.as_ref().map(|recency| &recency.inner),
            by: unit_of(by)?,
        };
        let manner = Manner { words, stretches };
        let classes = character_classes(py)?;
        let find = |budget: &Budget| {
            (self.inner).folded_hits(plan, groups, search, listed, manner, &classes, budget)
        };
        let (folded, shown, copies) = self.within_budget(py, timeout_s, find)?;
        let copies = (copies.iter()).map(|copies| self.copies_row(py, copies));
        let copies = copies.collect::<PyResult<_>>()?;
        let hits = self.hit_rows(py, folded.matches.iter().map(|one| &one.shown), &shown)?;
        let rows = groups::rows(&folded);
        let (total, all) = (folded.total, folded.matching_all);
        Ok((total, all, folded.texts, folded.stories, rows, hits, copies))
    }

    /// For each of `documents` (segment and number) a dict of the scored leaves of a plan
    /// that stand in a field (0 title, 1 body, 2 byline) to the spans to mark.
    fn positions<'py>(
        &self,
        py: Python<'py>,
        plan: &Plan,
        field: u8,
        documents: Vec<(usize, u32)>,
        timeout_s: Option<f64>,
    ) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let plan = &plan.inner;
        let field = match field {
            0 => Field::Title,
            1 => Field::Body,
            2 => Field::Byline,
            _ => {
                return Err(PyValueError::new_err(format!(
                    "there is no text field {field}"
                )))
            }
        };
        let find = |budget: &Budget| self.inner.positions(plan, field, &documents, budget);
        let found = self.within_budget(py, timeout_s, find)?;
        let found = found.into_iter().map(|leaves| {
            let spans_of_leaf = PyDict::new(py);
            for (leaf, spans) in leaves {
                spans_of_leaf.set_item(leaf, spans)?;
            }
            Ok(spans_of_leaf)
        });
        found.collect()
    }

    /// The stems of the words of `documents` (segment and number), weighed; see
    /// `word_weights.py`.
    ///
    /// `weights` and `norms` are those of the documents, and `stems` makes of a list of words
    /// as they are typed, in small letters if in ASCII, the numbers of their stems, 0 for what
    /// does not count. Returns of each stem its number, the word that it mostly is, how many of the documents have
    /// it, and its weight.
    #[allow(clippy::too_many_arguments)]
    fn words(
        &self,
        py: Python<'_>,
        documents: Vec<(usize, u32)>,
        weights: Vec<f64>,
        norms: Vec<f64>,
        weighing: (f64, f64, u32),
        stems: &Bound<'_, PyAny>,
        timeout_s: Option<f64>,
    ) -> PyResult<Vec<(u32, String, u32, f64)>> {
        let classes = character_classes(py)?;
        let (k1, title_weight, least_documents) = weighing;
        let weighing = Weighing {
            k1,
            title_weight,
            least_documents,
        };
        let find = |budget: &Budget| self.inner.typed_words(&documents, &classes, budget);
        let typed = self.within_budget(py, timeout_s, find)?;
        let stems: Vec<u32> = stems.call1((PyList::new(py, &typed.words)?,))?.extract()?;
        if weights.len() != norms.len() {
            return Err(PyValueError::new_err(
                "each document has a weight and a norm",
            ));
        }
        let articles: Vec<(f64, f64)> = weights.into_iter().zip(norms).collect();
        let words = typed.weigh(&stems, &articles, weighing)?.into_iter();
        let words = words.map(|found| (found.stem, found.word, found.documents, found.weight));
        Ok(words.collect())
    }

    /// How many articles match, and how many of them have each value along each of `axes`: the
    /// number of a field, or the name of a period ("day", "week", "month", "year").
    ///
    /// Of each axis how many have no value, how many values there are, what their counts add
    /// up to, and the first `limit` (all, if None) by "count" or "name" with their counts: a
    /// value as bytes, a period as its first day since 1970.
    ///
    /// With groups and "texts" or "stories" as `once`, only the earliest article of each that
    /// matches counts.
    #[allow(clippy::too_many_arguments)]
    #[pyo3(signature = (plan, axes, limit, order, timeout_s, once=None))]
    fn tally<'py>(
        &self,
        py: Python<'py>,
        plan: &Plan,
        axes: Vec<Bound<'py, PyAny>>,
        limit: Option<usize>,
        order: &str,
        timeout_s: Option<f64>,
        once: Option<(PyRef<'py, Groups>, String)>,
    ) -> PyResult<(u64, Vec<tallies::TallyRow<'py>>)> {
        let plan = &plan.inner;
        let once = groups::once_of(&once)?;
        let axes: Vec<Axis> = axes.iter().map(tallies::axis_of).collect::<PyResult<_>>()?;
        let order = tallies::order_of(order)?;
        let find = |budget: &Budget| self.inner.tally(plan, &axes, limit, order, once, budget);
        let (total, found) = self.within_budget(py, timeout_s, find)?;
        let rows = found.iter().map(|tally| tallies::row(py, tally));
        Ok((total, rows.collect::<PyResult<_>>()?))
    }

    /// How many articles that match are of each period and have each value of a field: rows of
    /// the first day of the period, the value, None for having none, and how many.
    #[pyo3(signature = (plan, period, field, timeout_s, once=None))]
    fn tally_two<'py>(
        &self,
        py: Python<'py>,
        plan: &Plan,
        period: &str,
        field: u8,
        timeout_s: Option<f64>,
        once: Option<(PyRef<'py, Groups>, String)>,
    ) -> PyResult<Vec<tallies::PairRow<'py>>> {
        let plan = &plan.inner;
        let once = groups::once_of(&once)?;
        let period = tallies::period_of(period)?;
        let find = |budget: &Budget| self.inner.tally_two(plan, period, field, once, budget);
        let (values, pairs) = self.within_budget(py, timeout_s, find)?;
        let rows = pairs.into_iter().map(|((first, place), count)| {
            let value = place.map(|place| PyBytes::new(py, values.value(place)));
            (first, value, count)
        });
        Ok(rows.collect())
    }

    /// The earliest and the latest article that matches of each value of a field, of those
    /// without one last; all are without if `field` is None.  Rows of the value, how many there
    /// are, how many have no date, and the places (segment and number) of the first and last.
    fn extremes<'py>(
        &self,
        py: Python<'py>,
        plan: &Plan,
        field: Option<u8>,
        timeout_s: Option<f64>,
    ) -> PyResult<Vec<tallies::ExtremeRow<'py>>> {
        let plan = &plan.inner;
        let find = |budget: &Budget| self.inner.extremes(plan, field, budget);
        let (values, all, without) = self.within_budget(py, timeout_s, find)?;
        Ok(tallies::extreme_rows(py, &values, &all, &without))
    }

    /// How many documents hold each of these stems, in title or in body, whichever is more.
    fn stem_frequencies(&self, stems: Vec<Vec<u8>>) -> PyResult<Vec<u64>> {
        let found = self.inner.stem_frequencies(&stems);
        self.inner.check_lengths()?;
        Ok(found?)
    }
}

impl Searcher {
    /// The rows of hits, for the edge.
    fn hit_rows<'py, 'm>(
        &self,
        py: Python<'py>,
        matches: impl Iterator<Item = &'m top_k::Match>,
        shown: &[Shown],
    ) -> PyResult<Vec<Bound<'py, PyTuple>>> {
        let mut rows = Vec::with_capacity(shown.len());
        for (found, shown) in matches.zip(shown) {
            let row = hits::row(py, found.score, shown)?;
            rows.push(row.map_err(|damage| self.damaged(found.segment, damage))?);
        }
        Ok(rows)
    }

    /// The copies of a text, for the edge.
    #[allow(clippy::type_complexity)]
    fn copies_row<'py>(
        &self,
        py: Python<'py>,
        copies: &Copies,
    ) -> PyResult<(u64, Vec<(u32, hits::ShortRow<'py>)>)> {
        let rows = copies.first.iter().map(|copy| {
            let row = hits::short_row(py, &copy.hot)?;
            let row = row.map_err(|damage| self.damaged(copy.segment, damage))?;
            Ok((copy.number, row))
        });
        Ok((copies.total, rows.collect::<PyResult<_>>()?))
    }

    fn damaged(&self, segment: u32, damage: Damage) -> CoreError {
        let segment = self.inner.segment(segment as usize);
        segment.map_or_else(|error| error, |s| s.damaged(Section::Store, damage))
    }

    /// What `find` finds, other threads running meanwhile where it may take long.  What runs
    /// for long can be interrupted by a signal, as Python code can.
    fn within_budget<R: Send>(
        &self,
        py: Python<'_>,
        timeout_s: Option<f64>,
        find: impl Fn(&Budget) -> Result<R> + Send + Sync,
    ) -> PyResult<R> {
        let timeout = timeout_s.map(Duration::try_from_secs_f64);
        // What is less than nothing has passed, and what no clock can tell never does.
        let deadline = match timeout {
            None => None,
            Some(Ok(timeout)) => Instant::now().checked_add(timeout),
            Some(Err(_)) if timeout_s < Some(0.0) => Some(Instant::now()),
            Some(Err(_)) => None,
        };
        let find = || {
            let raised = RefCell::new(None);
            let goes_on = || {
                let answer = Python::attach(|py| {
                    py.check_signals()?;
                    ask(py)
                });
                answer.map_err(|error| raised.replace(Some(error))).is_ok()
            };
            let found = find(&Budget::new(deadline, Some(&goes_on)));
            (found, raised.into_inner())
        };
        let (found, raised) = if self.inner.cost_at_most() < COST_OF_A_SWITCH {
            find()
        } else {
            py.detach(find)
        };
        self.inner.check_lengths()?;
        found.map_err(|error| raised.unwrap_or_else(|| error_of(error)))
    }
}

fn sort_of(name: &str) -> PyResult<Sort> {
    match name {
        "score" => Ok(Sort::Score),
        "date" => Ok(Sort::Date),
        "-date" => Ok(Sort::NewestFirst),
        _ => Err(PyValueError::new_err(format!("cannot sort by {name}"))),
    }
}

fn error_of(error: CoreError) -> PyErr {
    match error {
        CoreError::TooManyForms {
            word,
            found,
            together,
        } => TooManyFormsError::new_err((word, found, together)),
        CoreError::Spent(spent) => {
            let limit = match spent.limit {
                Limit::Work => "work",
                Limit::Memory => "memory",
                Limit::Time | Limit::Interrupted => "time",
            };
            let (kind, number) = match spent.part {
                Part::Whole => ("", 0),
                Part::Word(number) => ("word", number),
                Part::Clause(number) => ("clause", number),
                Part::Value(number) => ("value", number),
            };
            SpentError::new_err((limit, spent.stage.name(), kind, number, spent.done))
        }
        other => other.into(),
    }
}

/// Words counted by a function of Python.
struct PythonCounter(Py<PyAny>);

impl WordCounter for PythonCounter {
    fn count(&self, byline: bool, stored: &[u8]) -> Result<Vec<u32>> {
        Python::attach(|py| {
            let counts = self.0.call1(py, (byline, PyBytes::new(py, stored)))?;
            counts.extract::<Vec<u32>>(py)
        })
        .map_err(|error: PyErr| CoreError::Invalid(format!("words could not be counted: {error}")))
    }
}
