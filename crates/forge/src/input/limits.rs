/// How much one input may ask for; the defaults are far above what any forge produces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of one JSON value.
    pub max_value: usize,
    /// The most levels of objects and lists inside one JSON value.
    pub max_depth: u32,
    /// How many bytes decompression may give for each byte of input, beyond `max_expanded`.
    pub max_ratio: u64,
    /// How many bytes decompression may always give, whatever the input's size.
    pub max_expanded: u64,
    /// The most files in a folder, or entries in an archive.
    pub max_members: u64,
    /// The most bytes of a member's name.
    pub max_name: usize,
    /// The most bytes of a stream, which is put into a temporary file before it is read.
    pub max_spooled: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_value: 64 << 20,
            max_depth: 128,
            max_ratio: 1_000,
            max_expanded: 1 << 30,
            max_members: 10_000_000,
            max_name: 4_096,
            max_spooled: 32 << 30,
        }
    }
}
