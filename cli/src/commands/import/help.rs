//! What the words of an import's report mean.

const REPORT: &str = "\
The report counts, for each kind of object:
  created     not known before
  updated     known, and FORGE says something else now than it said last
  unchanged   FORGE says what it said last, whatever was changed here since
  stale       older than what is known; changes nothing
  duplicates  came more than once in this input; the one that was updated last counts
  orphans     comments, events and reactions whose issue is not known yet; kept until it comes
  withdrawn   known, but missing in an input that was said to have all with --complete; gone now
  extras      hold fields or values that Backlot keeps as they are without understanding them

Below that are listed, in full with --json:
  skipped         objects that could not be kept, with file and line; the exit code is 8 then
  not understood  parts of objects that are kept and go out again, but show nowhere here
  conflicts       fields that were changed both here and at FORGE; --prefer says whose value stays
  collisions      numbers, titles and names that another forge has given in the same repository too;
                  --collisions says what becomes of issues whose numbers these are
  rebound         texts that say #4 where 4 is another issue here, as FORGE's is renumbered; they are
                  kept as they are, and are right again in an export to FORGE";

/// The examples of an import, and what the words of its report mean, which compares with a forge.
pub(super) fn long(examples: &str, forge: &str) -> String {
    format!("{examples}\n\n{}", REPORT.replace("FORGE", forge))
}

#[cfg(test)]
mod tests {
    use super::super::report::COUNTS;
    use super::*;

    #[test]
    fn every_count_is_explained() {
        for (name, _) in COUNTS {
            assert!(REPORT.contains(&format!("\n  {name} ")), "{name}");
        }
    }
}
