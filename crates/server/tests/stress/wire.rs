//! Just enough of the Redis protocol (RESP2) to do what only a test does.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

/// One connection.
pub struct Wire(BufReader<TcpStream>);

impl Wire {
    /// To `redis://host:port`, perhaps with the number of a database.
    pub fn to(url: &str) -> Self {
        let (_, place) = url.split_once("://").unwrap();
        let (address, database) = place.split_once('/').unwrap_or((place, ""));
        let address = address.rsplit('@').next().unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut wire = Self(BufReader::new(stream));
        if !database.is_empty() {
            wire.ask(&["SELECT", database]);
        }
        wire
    }

    /// Takes some entry away, as a full Redis does.
    pub fn evict_one(&mut self) {
        if let Some(key) = self.ask(&["RANDOMKEY"]) {
            self.ask(&["DEL", &key]);
        }
    }

    pub fn get(&mut self, key: &str) -> Option<String> {
        self.ask(&["GET", key])
    }

    pub fn set(&mut self, key: &str, value: &str) {
        self.ask(&["SET", key, value]);
    }

    fn ask(&mut self, words: &[&str]) -> Option<String> {
        let mut asked = format!("*{}\r\n", words.len());
        for word in words {
            asked.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        self.0.get_mut().write_all(asked.as_bytes()).unwrap();
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        let (kind, rest) = line.trim_end().split_at(1);
        match kind {
            "$" if rest == "-1" => None,
            "$" => {
                let mut text = vec![0; rest.parse::<usize>().unwrap() + 2];
                self.0.read_exact(&mut text).unwrap();
                text.truncate(text.len() - 2);
                Some(String::from_utf8(text).unwrap())
            }
            "+" | ":" => Some(rest.to_owned()),
            _ => panic!("{line}"),
        }
    }
}
