//! Records of a CSV file that may be damaged.
//!
//! A quote that is never closed makes the rest of a file one field to any CSV reader. So records are read line by line:
//! when one does not end within a few lines, its first line is bad, and reading goes on with the next.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read as _};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

/// The most lines a record may span, and the most bytes a line may have.
const MAX_LINES: usize = 16;
const MAX_LINE: u64 = 1 << 20;

/// The next thing read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A record, which begins on this line; read its fields with [`Records::field`].
    Record { line: u64 },
    /// A line that opens a quote which is not closed.
    BrokenQuotes { line: u64 },
    /// Nothing.
    End,
}

/// Reads records.
pub(crate) struct Records<R> {
    input: R,
    core: Reader,
    /// Lines read ahead and given back.
    ahead: VecDeque<Vec<u8>>,
    /// The number of the last line taken.
    line: u64,
    text: Vec<u8>,
    ends: Vec<usize>,
    fields: usize,
}

impl<R> std::fmt::Debug for Records<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records").field("line", &self.line).finish_non_exhaustive()
    }
}

impl<R: BufRead> Records<R> {
    pub(crate) fn new(input: R) -> Self {
        let core = ReaderBuilder::new().terminator(Terminator::Any(b'\n')).build();
        let (text, ends) = (vec![0; 4096], vec![0; 128]);
        Self { input, core, ahead: VecDeque::new(), line: 0, text, ends, fields: 0 }
    }

    /// Reads the next record.
    pub(crate) fn next(&mut self) -> io::Result<Next> {
        let Some(first) = self.take_line()? else { return Ok(Next::End) };
        let line = self.line;
        self.core.reset();
        let (mut text, mut ends) = (0, 0);
        if self.feed(&first, &mut text, &mut ends) {
            return Ok(Next::Record { line });
        }
        let mut more = Vec::new();
        while more.len() + 1 < MAX_LINES {
            let Some(next) = self.next_line()? else { break };
            let done = self.feed(&next, &mut text, &mut ends);
            more.push(next);
            if done {
                return Ok(Next::Record { line });
            }
        }
        self.line = line;
        while let Some(back) = more.pop() {
            self.ahead.push_front(back);
        }
        Ok(Next::BrokenQuotes { line })
    }

    /// How many fields the record has.
    pub(crate) fn len(&self) -> usize {
        self.fields
    }

    /// A field's bytes; empty past the last.
    pub(crate) fn field(&self, index: usize) -> &[u8] {
        if index >= self.fields {
            return &[];
        }
        let from = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[from..self.ends[index]]
    }

    /// Gives a line to the reader; whether a record is complete with it.
    fn feed(&mut self, mut line: &[u8], text: &mut usize, ends: &mut usize) -> bool {
        loop {
            let (result, read, wrote, ended) =
                self.core.read_record(line, &mut self.text[*text..], &mut self.ends[*ends..]);
            line = &line[read..];
            *text += wrote;
            *ends += ended;
            match result {
                ReadRecordResult::InputEmpty => return false,
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => {
                    self.fields = *ends;
                    return true;
                }
            }
        }
    }

    /// The next line that is not blank.
    fn take_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        while let Some(line) = self.next_line()? {
            if !line.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    /// The next line, ended by a line feed alone.
    fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(line) = self.ahead.pop_front() {
            self.line += 1;
            return Ok(Some(line));
        }
        let mut line = Vec::with_capacity(512);
        if self.input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        self.line += 1;
        let end = line.strip_suffix(b"\n").map_or(line.len(), <[u8]>::len);
        line.truncate(end);
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        line.push(b'\n');
        Ok(Some(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Result<Vec<String>, u64>> {
        let mut records = Records::new(text.as_bytes());
        let mut all = Vec::new();
        loop {
            match records.next().unwrap() {
                Next::End => return all,
                Next::BrokenQuotes { line } => all.push(Err(line)),
                Next::Record { .. } => all.push(Ok((0..records.len())
                    .map(|at| String::from_utf8_lossy(records.field(at)).into_owned())
                    .collect())),
            }
        }
    }

    fn row(fields: &[&str]) -> Result<Vec<String>, u64> {
        Ok(fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn quotes_lines_and_endings() {
        let text = "a,b\r\n\"x, \"\"y\"\"\",2\r\n\r\n\"two\nlines\",3\n5\" pipe,4\nlast,5";
        assert_eq!(
            read(text),
            [
                row(&["a", "b"]),
                row(&["x, \"y\"", "2"]),
                row(&["two\nlines", "3"]),
                row(&["5\" pipe", "4"]),
                row(&["last", "5"]),
            ]
        );
    }

    #[test]
    fn an_open_quote_costs_one_line_only() {
        let rest: String = (0..40).map(|n| format!("{n},x\n")).collect();
        let read = read(&format!("a,b\n\"open,1\n{rest}"));
        assert_eq!((read.len(), &read[1]), (42, &Err(2)));
        assert_eq!(read[41], row(&["39", "x"]));
    }

    #[test]
    fn an_open_quote_at_the_end_is_bad() {
        assert_eq!(read("a,b\nc,\"d\ne,f\n"), [row(&["a", "b"]), Err(2), row(&["e", "f"])]);
    }

    #[test]
    fn long_records_are_read_whole() {
        let wide = vec!["field"; 1000].join(",");
        assert_eq!(read(&wide)[0].as_ref().unwrap().len(), 1000);
    }
}
