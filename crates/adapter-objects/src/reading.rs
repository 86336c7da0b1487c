//! Reading a file piece by piece, off the async threads and in pieces worth the trip.

use bytes::Bytes;
use core::ops::Range;
use futures::stream::{self, BoxStream, StreamExt as _};
use object_store::{GetResult, GetResultPayload};
use ports::BoxError;
use ports::accounts::ObjectRead;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use tokio::task::spawn_blocking;

/// Most pictures are one piece; `object_store` itself reads 8 KiB at a time.
const PIECE: u64 = 256 * 1024;

/// The bytes `range` of an opened object, cut at its end; all of them without a range.
pub fn read(found: GetResult, range: Option<Range<u64>>) -> ObjectRead {
    let size = found.meta.size;
    let range = range.unwrap_or(0..size);
    let start = range.start.min(size);
    let range = start..range.end.clamp(start, size);
    let body = match found.payload {
        GetResultPayload::File(file, _) => pieces(file, range),
        GetResultPayload::Stream(stream) => stream.map(|piece| piece.map_err(Into::into)).boxed(),
    };
    ObjectRead { size, body }
}

fn pieces(file: File, range: Range<u64>) -> BoxStream<'static, Result<Bytes, BoxError>> {
    stream::try_unfold((file, range), |(mut file, range)| async move {
        if range.is_empty() {
            return Ok(None);
        }
        let end = range.end.min(range.start.saturating_add(PIECE));
        let piece = spawn_blocking(move || {
            let piece = piece(&mut file, range.start..end)?;
            Ok::<_, io::Error>((piece, (file, end..range.end)))
        });
        Ok(Some(piece.await??))
    })
    .boxed()
}

/// Fails rather than give fewer bytes than were promised.
fn piece(file: &mut File, range: Range<u64>) -> io::Result<Bytes> {
    let length = usize::try_from(range.end - range.start).map_err(io::Error::other)?;
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(range.start))?;
    file.read_exact(&mut bytes)?;
    Ok(Bytes::from(bytes))
}
