//! Facts about other processes.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// How long a server may take to answer for the first time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Kinds of memory that the operating system counts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Memory {
    /// What is resident now.
    Resident,
    /// The most that ever was resident.
    Peak,
}

/// Memory of a process in megabytes; 0 where the operating system does not say.
pub(super) fn memory(process: u32, kind: Memory) -> f64 {
    let name = match kind {
        Memory::Resident => "VmRSS:",
        Memory::Peak => "VmHWM:",
    };
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB"))
        .and_then(|figure| figure.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}

/// The most memory that the compiler of a crate ever had, if it runs now, in megabytes; 0 otherwise.
pub(super) fn peak_of_compiler(crate_name: &str) -> f64 {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let wanted = format!("--crate-name\0{crate_name}\0");
    let is_wanted = |process: &u32| {
        let command = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&command).contains(&wanted)
    };
    processes.filter(is_wanted).map(|process| memory(process, Memory::Peak)).fold(0.0, f64::max)
}

/// The time that processors spent on processes which this one waited for, in seconds; 0 where the operating system does
/// not say.
pub(super) fn processor_of_children() -> f64 {
    /// What the kernel counts in, whatever its own clock is.
    const PER_SECOND: f64 = 100.0;
    let status = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, which may hold spaces, ends with the last parenthesis.
    let (_, fields) = status.rsplit_once(") ").unwrap_or_default();
    // User and system time of children are the 16th and the 17th field of the line, of which two come before.
    let times = fields.split(' ').skip(13).take(2).filter_map(|field| field.parse::<f64>().ok());
    times.sum::<f64>() / PER_SECOND
}

/// Asks a server until it answers with 200, and returns the body.
pub(super) fn first_response(url: &str, target: &str) -> io::Result<Vec<u8>> {
    let start = Instant::now();
    loop {
        match get(url, target) {
            Ok(body) => return Ok(body),
            Err(error) if start.elapsed() > PATIENCE => {
                return Err(io::Error::other(format!("{url}{target} does not answer with 200: {error}")));
            }
            Err(_) => std::thread::sleep(Duration::from_micros(500)),
        }
    }
}

fn get(url: &str, target: &str) -> io::Result<Vec<u8>> {
    let address = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {KEY}\r\nConnection: close\r\n\r\n"
    )?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response)?;
    let head = response.windows(4).position(|window| window == b"\r\n\r\n");
    match head {
        Some(end) if response.starts_with(b"HTTP/1.1 200 ") => Ok(response.split_off(end + 4)),
        _ => Err(io::Error::other(String::from_utf8_lossy(
            response.split(|byte| *byte == b'\r').next().unwrap_or_default(),
        ))),
    }
}

/// A port that nobody uses at the moment, for servers that cannot pick one themselves.
pub(super) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The key of every measured request.
pub(super) const KEY: &str = "sk_live_test";
