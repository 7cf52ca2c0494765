//! How are many strings sorted that begin alike?
//!
//! Addresses and paths share long beginnings, so comparing them two by two reads the same
//! bytes again and again.  Here a group of strings first skips what all of it begin with,
//! then takes the next eight bytes of each as a number next to it, and sorts by those
//! numbers; strings that agree form smaller groups for the next round.  (Ng and Kakehi,
//! "Cache efficient radix sort for string sorting", 2007, in its simplest form.)

/// Groups up to this size are sorted by comparing.
const SMALL_GROUP: usize = 12;

struct Group {
    start: usize,
    end: usize,
    /// Bytes in which all strings of the group agree.
    depth: usize,
}

/// The numbers below `count`, in the order of the strings that `get` gives for them.
/// Equal strings keep their order.
pub fn sorted_by_string<'s>(count: u32, get: impl Fn(u32) -> &'s [u8]) -> Vec<u32> {
    let mut keyed: Vec<(u64, u32)> = (0..count).map(|number| (0, number)).collect();
    let mut groups = vec![Group {
        start: 0,
        end: keyed.len(),
        depth: 0,
    }];
    while let Some(Group { start, end, depth }) = groups.pop() {
        let group = &mut keyed[start..end];
        if group.len() <= SMALL_GROUP {
            group.sort_unstable_by(|a, b| (get(a.1), a.1).cmp(&(get(b.1), b.1)));
            continue;
        }
        let depth = depth + common_prefix(group, depth, &get);
        for (key, number) in group.iter_mut() {
            *key = eight_bytes(&get(*number)[depth..]);
        }
        group.sort_unstable_by_key(|&(key, _)| key);
        let mut run_start = 0;
        for run in group.chunk_by_mut(|a, b| a.0 == b.0) {
            let run_end = run_start + run.len();
            if run.len() > 1 {
                if run.iter().all(|&(_, number)| get(number).len() > depth + 8) {
                    groups.push(Group {
                        start: start + run_start,
                        end: start + run_end,
                        depth: depth + 8,
                    });
                } else {
                    // Some end here, where the missing bytes look like NULs.
                    run.sort_unstable_by(|a, b| (get(a.1), a.1).cmp(&(get(b.1), b.1)));
                }
            }
            run_start = run_end;
        }
    }
    keyed.into_iter().map(|(_, number)| number).collect()
}

/// How many bytes after `depth` all strings of `group` have in common.
fn common_prefix<'s>(group: &[(u64, u32)], depth: usize, get: &impl Fn(u32) -> &'s [u8]) -> usize {
    let first = &get(group[0].1)[depth..];
    let mut common = first.len();
    for &(_, number) in group {
        let other = &get(number)[depth..];
        common = common.min(other.len());
        if first[..common] != other[..common] {
            let pairs = first.iter().zip(other);
            common = pairs.take_while(|(a, b)| a == b).count();
        }
        if common == 0 {
            break;
        }
    }
    common
}

/// The first eight bytes as a number that compares as they do, with NULs where they end.
fn eight_bytes(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(&eight) => u64::from_be_bytes(eight),
        None => {
            let mut eight = [0; 8];
            eight[..bytes.len()].copy_from_slice(bytes);
            u64::from_be_bytes(eight)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(strings: &[Vec<u8>]) {
        let found = sorted_by_string(strings.len() as u32, |number| &strings[number as usize]);
        let mut expected: Vec<u32> = (0..strings.len() as u32).collect();
        expected.sort_by(|&a, &b| strings[a as usize].cmp(&strings[b as usize]));
        assert_eq!(found, expected);
    }

    #[test]
    fn the_order_is_that_of_comparing() {
        let mut state = 5u64;
        let mut draw = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        for round in 0..200 {
            let beginnings = [
                "http://www.example.org/article/2019/",
                "http://www.example.org/",
                "",
            ];
            let letters = [b"ab\0".as_slice(), b"\0", b"abcdefghijklmnop"][round % 3];
            let strings: Vec<Vec<u8>> = (0..draw(300))
                .map(|_| {
                    let mut string = beginnings[draw(3) as usize].as_bytes().to_vec();
                    for _ in 0..draw(30) {
                        string.push(letters[draw(letters.len() as u64) as usize]);
                    }
                    string
                })
                .collect();
            check(&strings);
        }
    }

    #[test]
    fn few_and_equal_strings_are_no_trouble() {
        check(&[]);
        check(&[vec![]]);
        check(&vec![vec![7; 100]; 50]);
        check(&vec![vec![0; 8]; 50]);
    }
}
