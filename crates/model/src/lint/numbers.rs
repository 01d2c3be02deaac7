//! The numbers that issues have, and those that they would get.

/// The numbers of a repository's issues, as stretches without a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    // First and last of each stretch, and how many numbers come before it.
    stretches: Vec<(u64, u64, u64)>,
}

impl Numbers {
    /// Adds a number, which is greater than all before it; any other is left out.
    pub fn push(&mut self, number: u64) {
        match self.stretches.last_mut() {
            Some((_, last, _)) if number <= *last => {}
            Some((_, last, _)) if number == *last + 1 => *last = number,
            last => {
                let before = last.map_or(0, |(first, last, before)| *before + (*last - *first) + 1);
                self.stretches.push((number, number, before));
            }
        }
    }

    /// The place of a number among all: what it becomes where issues are numbered anew, in their order. None
    /// when no issue has it.
    pub fn place(&self, number: u64) -> Option<u64> {
        let at = self
            .stretches
            .partition_point(|(first, _, _)| *first <= number);
        let (first, last, before) = self.stretches.get(at.checked_sub(1)?)?;
        (number <= *last).then(|| before + (number - first) + 1)
    }

    /// The stretches of numbers that are missing below the greatest: first and last of each.
    pub fn gaps(&self) -> impl Iterator<Item = (u64, u64)> {
        let ends = std::iter::once(0).chain(self.stretches.iter().map(|(_, last, _)| *last));
        let firsts = self.stretches.iter().map(|(first, _, _)| *first);
        ends.zip(firsts)
            .filter(|(end, first)| end + 1 < *first)
            .map(|(end, first)| (end + 1, first - 1))
    }
}
