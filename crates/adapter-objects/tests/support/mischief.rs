//! What stands in a store's place or in its way: one that says what it is told to, and a proxy that does harm.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A store that answers every request with the same words and remembers the heads of what it was asked.
pub struct Parrot {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Parrot {
    /// `answer` is a whole HTTP answer; the connection is closed behind it.
    pub fn saying(answer: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("is bound");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (answer, ears) = (answer.to_owned(), Arc::clone(&heard));
        // Ends with the process, as the listener does.
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (answer, ears) = (answer.clone(), Arc::clone(&ears));
                std::thread::spawn(move || reply(connection, &answer, &ears));
            }
        });
        Self { address, heard }
    }

    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// The heads of all requests so far, in lower case.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("nobody panics").clone()
    }
}

fn reply(mut connection: TcpStream, answer: &str, ears: &Mutex<Vec<String>>) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    let end = loop {
        match connection.read(&mut piece) {
            Ok(read) if read > 0 => request.extend_from_slice(&piece[..read]),
            _ => return,
        }
        if let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.trim().parse().expect("is a number"));
    ears.lock().expect("nobody panics").push(head);
    while request.len() < end + length {
        match connection.read(&mut piece) {
            Ok(read) if read > 0 => request.extend_from_slice(&piece[..read]),
            _ => return,
        }
    }
    // Whoever has gone away hears nothing.
    let _sent = connection.write_all(answer.as_bytes());
    let _closed = connection.shutdown(Shutdown::Write);
    let _rest = connection.read(&mut piece);
}

/// What happens to the bytes of a request on their way.
#[derive(Clone, Copy)]
pub enum Harm {
    /// After so many bytes both sides are cut off.
    Cut(usize),
    /// The byte at this place is another one.
    Flip(usize),
}

/// A proxy before `store` that does harm to each connection; gives where it listens.
pub fn proxy(store: &str, harm: Harm) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("is bound").to_string();
    let store = store.to_owned();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let store = TcpStream::connect(&store).expect("the store listens");
            pass(client, store, harm);
        }
    });
    address
}

fn pass(client: TcpStream, store: TcpStream, harm: Harm) {
    let back = (
        store.try_clone().expect("is a socket"),
        client.try_clone().expect("is a socket"),
    );
    std::thread::spawn(move || spoil(client, store, harm));
    std::thread::spawn(move || {
        let (mut store, mut client) = back;
        let _ended = std::io::copy(&mut store, &mut client);
        let _closed = client.shutdown(Shutdown::Both);
    });
}

fn spoil(mut client: TcpStream, mut store: TcpStream, harm: Harm) {
    let (mut passed, mut piece) = (0, [0; 4096]);
    while let Ok(read) = client.read(&mut piece)
        && read > 0
    {
        match harm {
            Harm::Cut(after) if passed + read > after => break,
            Harm::Flip(place) if (passed..passed + read).contains(&place) => {
                piece[place - passed] ^= 1;
            }
            Harm::Cut(_) | Harm::Flip(_) => {}
        }
        if store.write_all(&piece[..read]).is_err() {
            break;
        }
        passed += read;
    }
    let _closed = (
        store.shutdown(Shutdown::Both),
        client.shutdown(Shutdown::Both),
    );
}
