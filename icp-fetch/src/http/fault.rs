//! Sorts what goes wrong into the causes of the model.

use std::error::Error as StdError;
use std::io;

use icp_core::model::{Refusal, RefusalCause};

use super::guard::GuardError;

/// The cause of a failed exchange.
pub(super) fn of_request(error: &reqwest::Error) -> Refusal {
    let links = || Links(Some(error));
    for link in links() {
        if let Some(guard) = link.downcast_ref::<GuardError>() {
            return guard.refusal();
        }
        if find::<rustls::Error>(link).is_some() {
            return Refusal::new(RefusalCause::TlsFailure, format!("no secure connection: {link}"));
        }
    }
    if error.is_connect() {
        let how = if error.is_timeout() { "nobody answers in time" } else { "no connection" };
        return Refusal::new(RefusalCause::ConnectFailure, format!("{how}: {}", last(error)));
    }
    if error.is_timeout() {
        return Refusal::new(RefusalCause::Timeout, "the answer took too long");
    }
    for link in links() {
        if let Some(hyper) = link.downcast_ref::<hyper::Error>() {
            if hyper.is_parse() {
                return Refusal::new(
                    RefusalCause::Protocol,
                    format!("the answer is not valid HTTP: {hyper}"),
                );
            }
            if hyper.is_incomplete_message() || hyper.is_closed() {
                return Refusal::new(
                    RefusalCause::ConnectFailure,
                    "the connection closed before the answer ended",
                );
            }
        }
        if let Some(io) = link.downcast_ref::<io::Error>()
            && matches!(
                io.kind(),
                io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::BrokenPipe
                    | io::ErrorKind::UnexpectedEof
            )
        {
            return Refusal::new(RefusalCause::ConnectFailure, format!("the connection broke: {io}"));
        }
    }
    Refusal::new(RefusalCause::Protocol, format!("the answer cannot be read: {}", last(error)))
}

/// An error of type `T` in a link of the chain, also where an I/O error carries it (its `source` skips it).
fn find<'e, T: StdError + 'static>(link: &'e (dyn StdError + 'static)) -> Option<&'e T> {
    let mut link = link;
    loop {
        if let Some(found) = link.downcast_ref::<T>() {
            return Some(found);
        }
        link = link.downcast_ref::<io::Error>()?.get_ref()?;
    }
}

fn last(error: &reqwest::Error) -> String {
    Links(Some(error)).last().map(ToString::to_string).unwrap_or_default()
}

/// An error and its sources.
struct Links<'e>(Option<&'e (dyn StdError + 'static)>);

impl<'e> Iterator for Links<'e> {
    type Item = &'e (dyn StdError + 'static);

    fn next(&mut self) -> Option<Self::Item> {
        let link = self.0?;
        self.0 = link.source();
        Some(link)
    }
}
