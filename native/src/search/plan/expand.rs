//! Which forms, and so which posting lists, does a word of the query stand for?
//!
//! Patterns and fuzzy words go through the forms of the dictionary that begin as they must.
//! The stems of the forms found are looked up once each; where all forms of a stem are
//! meant its list is taken whole.
//!
//! Patterns of which no beginning is known share one pass over all forms, and what no form
//! can fit that lacks some of a pattern's characters is told by two words of bits (`signs.rs`).
//!
//! Patterns that fit too many different forms together are refused.  The forms of a word count
//! in that of its fields where they are most, since a word asked for in titles stands for the
//! forms in titles, and once, however many segments hold them.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use crate::error::{CoreError, Result};
use crate::search::budget::{Budget, Part, Stage, FORMS};
use crate::search::lists::stream::Codes;
use crate::search::lists::word_lists::{SegmentWord, WordList};
use crate::search::plan::distance::FuzzyForm;
use crate::search::plan::patterns::FormPattern;
use crate::search::plan::signs::Signs;
use crate::search::plan::{Plan, Word};
use crate::segment::{FormInfo, Segment, StemInfo};

// Units of work (`budget.rs`): to find an entry of a dictionary, to decode the next one, to
// compare it character by character, and to read what is known of a form and its stem.
const COST_OF_A_LOOK_UP: u64 = 500;
const COST_OF_A_FORM: u64 = 30;
const COST_OF_A_COMPARISON: u64 = 40;
// To see whether a form is about as long as a fuzzy word, and to compare one that is.
const COST_OF_A_LENGTH: u64 = 4;
const COST_OF_A_FUZZY_COMPARISON: u64 = 200;
const COST_OF_A_FIT: u64 = 250;

/// The words of a plan in each segment.
pub fn expand<'a>(
    plan: &Plan,
    segments: &[&'a Segment],
    budget: &Budget,
) -> Result<Vec<Vec<SegmentWord<'a>>>> {
    budget.enter(Stage::Expanding, plan.words.len());
    let mut found = find_forms(plan, segments, budget)?;
    let mut by_segment: Vec<Vec<SegmentWord>> = segments.iter().map(|_| Vec::new()).collect();
    for (number, word) in plan.words.iter().enumerate() {
        budget.work_on(Part::Word(number));
        for (i, (segment, words)) in segments.iter().zip(&mut by_segment).enumerate() {
            budget.charge(COST_OF_A_LOOK_UP)?;
            words.push(match word {
                Word::Stem(stem) => of_stem(segment, stem)?,
                Word::Form(form) => of_form(segment, form)?,
                Word::Pattern(_) | Word::Fuzzy { .. } => {
                    let forms = std::mem::take(&mut found[number][i]);
                    budget.charge(COST_OF_A_FIT * forms.len() as u64)?;
                    of_forms(segment, forms)?
                }
            });
        }
        budget.step();
    }
    budget.work_on(Part::Whole);
    Ok(by_segment)
}

/// By word, in which of the fields of text it is asked for.
fn fields_of(plan: &Plan) -> Vec<[bool; 3]> {
    let mut fields = vec![[false; 3]; plan.words.len()];
    for clause in &plan.clauses {
        clause.operand.visit_words(&mut |word| {
            for field in clause.scope.fields() {
                fields[word][*field as usize] = true;
            }
        });
    }
    fields
}

/// The forms of a segment that begin as `form` and are at most `edits` slips from it, in the
/// order of their bytes, each with how many documents hold it in title, body and byline.
pub fn near_forms(segment: &Segment, form: &str, edits: usize) -> Result<Vec<(Vec<u8>, [u32; 3])>> {
    let word = Word::Fuzzy {
        form: form.to_owned(),
        edits,
    };
    let mut found = Vec::new();
    if let Some(matcher) = Matcher::of(0, &word) {
        // A pass over the forms of one beginning is far below what a query may cost.
        let budget = Budget::new(None, None);
        scan(segment, &mut [matcher], &budget, &mut |_, form, info| {
            found.push((form.to_vec(), info.df));
            Ok(())
        })?;
    }
    Ok(found)
}

// ---------------------------------------------------------------- one list

fn of_stem<'a>(segment: &'a Segment, stem: &[u8]) -> Result<SegmentWord<'a>> {
    let Some(info) = segment.stem(stem)? else {
        return Ok(SegmentWord::new(Vec::new(), Some([0; 3])));
    };
    let known = df_of_stem(&info);
    Ok(SegmentWord::new(
        vec![list_of(segment, &info, None)?],
        Some(known),
    ))
}

fn of_form<'a>(segment: &'a Segment, form: &[u8]) -> Result<SegmentWord<'a>> {
    match segment.form(form)? {
        None => Ok(SegmentWord::new(Vec::new(), Some([0; 3]))),
        Some(info) => of_forms(segment, vec![info]),
    }
}

fn list_of<'a>(
    segment: &'a Segment,
    stem: &StemInfo,
    codes: Option<Codes>,
) -> Result<WordList<'a>> {
    Ok(WordList {
        text: segment.text_list(stem)?,
        byline: segment.byline_list(stem)?,
        df_title: stem.text.as_ref().map_or(0, |list| list.df_title),
        codes: codes.map(Rc::new),
    })
}

fn df_of_stem(info: &StemInfo) -> [u32; 3] {
    let text = info.text.as_ref();
    [
        text.map_or(0, |list| list.df_title),
        text.map_or(0, |list| list.df_body),
        info.byline.as_ref().map_or(0, |list| list.df),
    ]
}

// ---------------------------------------------------------------- several forms

fn of_forms<'a>(segment: &'a Segment, forms: Vec<FormInfo>) -> Result<SegmentWord<'a>> {
    let mut known = match &forms[..] {
        [] => Some([0; 3]),
        [form] => Some(form.df),
        _ => None,
    };
    let mut codes_of_stem: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for form in &forms {
        codes_of_stem.entry(form.stem).or_default().push(form.code);
    }
    let mut lists = Vec::with_capacity(codes_of_stem.len());
    let is_one = codes_of_stem.len() == 1;
    for (ordinal, codes) in codes_of_stem {
        let stem = segment.stem_at(ordinal)?;
        let codes = if codes.len() >= stem.forms.len() {
            if is_one {
                known = Some(df_of_stem(&stem));
            }
            None
        } else if let [code] = codes[..] {
            Some(Codes::One(code))
        } else {
            let wanted = (0..stem.forms.len() as u32).map(|code| codes.contains(&code));
            Some(Codes::Several(wanted.collect()))
        };
        lists.push(list_of(segment, &stem, codes)?);
    }
    Ok(SegmentWord::new(lists, known))
}

// ---------------------------------------------------------------- which forms fit

/// By word and segment, the forms that fit; none for words that are no patterns.
fn find_forms(
    plan: &Plan,
    segments: &[&Segment],
    budget: &Budget,
) -> Result<Vec<Vec<Vec<FormInfo>>>> {
    let is_open = |word: &&Word| matches!(word, Word::Pattern(_) | Word::Fuzzy { .. });
    if !plan.words.iter().any(|word| is_open(&word)) {
        return Ok(Vec::new());
    }
    let fields = fields_of(plan);
    let mut found: Vec<Vec<Vec<FormInfo>>> =
        vec![vec![Vec::new(); segments.len()]; plan.words.len()];
    let mut counts: Vec<Counts> = vec![Counts::default(); plan.words.len()];
    // A form is counted in up to three fields of each segment, so with more than this there
    // are too many, and nothing is kept of what is counted then.
    let most_kept = 3 * FORMS * segments.len();
    let mut kept = 0;
    let mut held = budget.hold(0)?;
    for (i, segment) in segments.iter().enumerate() {
        for_each_fit(plan, segment, budget, |word, _, info| {
            counts[word].add(&info);
            kept += usize::from((0..3).any(|field| fields[word][field] && info.df[field] > 0));
            if kept <= most_kept {
                held.grow(size_of::<FormInfo>() as u64, budget)?;
                found[word][i].push(info);
            }
            Ok(())
        })?;
    }
    refuse_too_many(plan, &fields, &counts, segments, budget)?;
    Ok(found)
}

/// How many forms of a word there are by field, in one segment after the other.
#[derive(Debug, Clone, Copy, Default)]
struct Counts([usize; 3]);

impl Counts {
    fn add(&mut self, info: &FormInfo) {
        for (count, df) in self.0.iter_mut().zip(info.df) {
            *count += usize::from(df > 0);
        }
    }

    /// The most in one of the fields asked for.
    fn most(self, fields: [bool; 3]) -> usize {
        let asked = (0..3).filter(|field| fields[*field]);
        asked.map(|field| self.0[field]).max().unwrap_or(0)
    }
}

fn refuse_too_many(
    plan: &Plan,
    fields: &[[bool; 3]],
    counts: &[Counts],
    segments: &[&Segment],
    budget: &Budget,
) -> Result<()> {
    let at_most = counts.iter().zip(fields).map(|(n, fields)| n.most(*fields));
    if at_most.sum::<usize>() <= FORMS {
        return Ok(());
    }
    let mut together = 0;
    for (word, fields) in fields.iter().enumerate() {
        let found = match segments.len() {
            1 => counts[word].most(*fields),
            _ => count_different(plan, word, *fields, segments, budget)?,
        };
        together += found;
        if together > FORMS {
            return Err(CoreError::TooManyForms {
                word,
                found,
                together,
            });
        }
    }
    Ok(())
}

/// How many forms of a word there are in all segments together.
fn count_different(
    plan: &Plan,
    word: usize,
    fields: [bool; 3],
    segments: &[&Segment],
    budget: &Budget,
) -> Result<usize> {
    let mut different: [HashSet<Vec<u8>>; 3] = Default::default();
    let mut matcher = [match Matcher::of(word, &plan.words[word]) {
        Some(matcher) => matcher,
        None => return Ok(0),
    }];
    for segment in segments {
        scan(segment, &mut matcher, budget, &mut |_, form, info| {
            for field in (0..3).filter(|field| fields[*field] && info.df[*field] > 0) {
                different[field].insert(form.to_vec());
            }
            Ok(())
        })?;
    }
    Ok(different.iter().map(HashSet::len).max().unwrap_or(0))
}

/// Call `visit` with the number of a pattern or fuzzy word and each form of the segment that
/// fits it.
fn for_each_fit(
    plan: &Plan,
    segment: &Segment,
    budget: &Budget,
    mut visit: impl FnMut(usize, &[u8], FormInfo) -> Result<()>,
) -> Result<()> {
    let words = plan.words.iter().enumerate();
    let matchers = words.filter_map(|(number, word)| Matcher::of(number, word));
    // Those that begin alike look at the same forms, together; those of which no beginning is
    // known at all.
    let (mut anywhere, mut begun): (Vec<Matcher>, Vec<Matcher>) =
        matchers.partition(|matcher| matcher.prefix.is_empty());
    if !anywhere.is_empty() {
        budget.work_on(match &anywhere[..] {
            [only] => Part::Word(only.word),
            _ => Part::Whole,
        });
        scan(segment, &mut anywhere, budget, &mut visit)?;
    }
    begun.sort_by(|a, b| a.prefix.cmp(&b.prefix));
    for matchers in begun.chunk_by_mut(|a, b| a.prefix == b.prefix) {
        budget.work_on(Part::Word(matchers[0].word));
        scan(segment, matchers, budget, &mut visit)?;
    }
    budget.work_on(Part::Whole);
    Ok(())
}

/// Tells whether forms fit a word.
struct Matcher<'p> {
    word: usize,
    prefix: String,
    kind: MatcherKind<'p>,
}

enum MatcherKind<'p> {
    Pattern(&'p FormPattern),
    Fuzzy(Box<FuzzyForm>),
}

impl<'p> Matcher<'p> {
    /// The matcher of word number `word`, if there is something to match.
    fn of(word: usize, found: &'p Word) -> Option<Self> {
        let (prefix, kind) = match found {
            Word::Pattern(Some(pattern)) => {
                (pattern.prefix().to_owned(), MatcherKind::Pattern(pattern))
            }
            Word::Fuzzy { form, edits } => {
                let fuzzy = FuzzyForm::new(form, *edits);
                (fuzzy.prefix(), MatcherKind::Fuzzy(Box::new(fuzzy)))
            }
            _ => return None,
        };
        Some(Matcher { word, prefix, kind })
    }

    /// What every form that fits has.
    fn signs(&self) -> Signs {
        match self.kind {
            MatcherKind::Pattern(pattern) => pattern.signs(),
            MatcherKind::Fuzzy(_) => Signs::default(),
        }
    }
}

/// Takes the number of a word, a form that fits it, and what is known of the form.
type Visit<'v> = dyn FnMut(usize, &[u8], FormInfo) -> Result<()> + 'v;

/// Call `visit` with each form that fits one of `matchers`, which all have one prefix.
fn scan(
    segment: &Segment,
    matchers: &mut [Matcher],
    budget: &Budget,
    visit: &mut Visit,
) -> Result<()> {
    let Some(prefix) = matchers.first().map(|matcher| matcher.prefix.clone()) else {
        return Ok(());
    };
    let mut room = Vec::new();
    // Side by side in memory: nearly all forms are told by them alone.
    let wanted: Vec<Signs> = matchers.iter().map(Matcher::signs).collect();
    budget.charge(COST_OF_A_LOOK_UP)?;
    let mut cursor = segment.forms_from(prefix.as_bytes())?;
    while let Some((form, info)) = cursor.next()? {
        if !form.starts_with(prefix.as_bytes()) {
            break;
        }
        let text = std::str::from_utf8(form);
        let text = text.map_err(|_| segment.damaged_forms("a form is not UTF-8"))?;
        let signs = Signs::of(form);
        let mut units = COST_OF_A_FORM + matchers.len() as u64;
        for (matcher, wanted) in matchers.iter_mut().zip(&wanted) {
            if !signs.has(*wanted) {
                continue;
            }
            let fits = match &mut matcher.kind {
                MatcherKind::Pattern(pattern) => {
                    units += COST_OF_A_COMPARISON;
                    pattern.fits(text, &mut room)
                }
                MatcherKind::Fuzzy(fuzzy) => {
                    units += COST_OF_A_LENGTH;
                    fuzzy.may_be_near(text, signs) && {
                        units += COST_OF_A_FUZZY_COMPARISON;
                        fuzzy.is_near(text)
                    }
                }
            };
            if fits {
                units += COST_OF_A_FIT;
                visit(matcher.word, form, info()?)?;
            }
        }
        budget.charge(units)?;
    }
    Ok(())
}
