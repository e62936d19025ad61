//! Records of the shapes in rust_serialization_benchmark, made from a fixed seed.

use pickle_core::Reduce;

/// A small deterministic generator (SplitMix64), so that every run has the same data.
pub struct Random(u64);

impl Random {
    /// Starts from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next_u64() % end
    }

    /// A float in [0, 1).
    #[expect(clippy::cast_precision_loss, reason = "24 bits fit")]
    pub fn unit(&mut self) -> f32 {
        (self.next_u64() >> 40) as f32 / (1u64 << 24) as f32
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let index = usize::try_from(self.below(choices.len() as u64)).unwrap_or(0);
        choices.get(index).copied().unwrap_or_default()
    }
}

/// An IPv4 address.
#[derive(
    Debug,
    Clone,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    Reduce,
    deser::Serialize,
    deser::Deserialize,
)]
#[reduce(module = "bench_models")]
pub struct Address {
    /// The first byte.
    pub x0: u8,
    /// The second byte.
    pub x1: u8,
    /// The third byte.
    pub x2: u8,
    /// The last byte.
    pub x3: u8,
}

/// One line of a web server's log.
#[derive(
    Debug,
    Clone,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    Reduce,
    deser::Serialize,
    deser::Deserialize,
)]
#[reduce(module = "bench_models")]
pub struct Log {
    /// Who asked.
    pub address: Address,
    /// The identity, usually `-`.
    pub identity: String,
    /// The user, or `-`.
    pub userid: String,
    /// When.
    pub date: String,
    /// The request line.
    pub request: String,
    /// The status.
    pub code: u16,
    /// The size of the answer in bytes.
    pub size: u64,
}

/// A log.
#[derive(
    Debug,
    Clone,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    Reduce,
    deser::Serialize,
    deser::Deserialize,
)]
#[reduce(module = "bench_models")]
pub struct Logs {
    /// Its lines.
    pub logs: Vec<Log>,
}

/// A point or direction in space.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    Reduce,
    deser::Serialize,
    deser::Deserialize,
)]
#[reduce(module = "bench_models")]
pub struct Vector3 {
    /// To the right.
    pub x: f32,
    /// Upwards.
    pub y: f32,
    /// Towards the viewer.
    pub z: f32,
}

/// A triangle with its normal.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    Reduce,
    deser::Serialize,
    deser::Deserialize,
)]
#[reduce(module = "bench_models")]
pub struct Triangle {
    /// A corner.
    pub v0: Vector3,
    /// A corner.
    pub v1: Vector3,
    /// A corner.
    pub v2: Vector3,
    /// The direction it faces.
    pub normal: Vector3,
}

/// A mesh.
#[derive(
    Debug,
    Clone,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    Reduce,
    deser::Serialize,
    deser::Deserialize,
)]
#[reduce(module = "bench_models")]
pub struct Mesh {
    /// Its triangles.
    pub triangles: Vec<Triangle>,
}

/// A log of so many lines.
#[must_use]
pub fn logs(lines: usize) -> Logs {
    let mut random = Random::new(1);
    Logs { logs: (0..lines).map(|_| log(&mut random)).collect() }
}

#[expect(clippy::cast_possible_truncation, reason = "below 256")]
fn log(random: &mut Random) -> Log {
    const USERS: &[&str] =
        &["-", "alice", "bob", "carmen", "david", "eric", "frank", "george", "harry"];
    const MONTHS: &[&str] =
        &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const TIMEZONES: &[&str] = &["-1200", "-0800", "-0500", "+0000", "+0100", "+0530", "+0900"];
    const METHODS: &[&str] = &["GET", "POST", "PUT", "UPDATE", "DELETE"];
    const ROUTES: &[&str] = &[
        "/favicon.ico",
        "/css/index.css",
        "/css/font-awsome.min.css",
        "/img/logo-full.svg",
        "/img/splash.jpg",
        "/api/login",
        "/api/logout",
    ];
    const PROTOCOLS: &[&str] = &["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3"];
    const CODES: &[u16] = &[200, 200, 200, 301, 302, 304, 400, 401, 403, 404, 500, 503];
    let mut byte = || random.below(256) as u8;
    let address = Address { x0: byte(), x1: byte(), x2: byte(), x3: byte() };
    let date = format!(
        "{}/{}/{}:{}:{}:{} {}",
        random.below(28) + 1,
        random.pick(MONTHS),
        1970 + random.below(52),
        random.below(24),
        random.below(60),
        random.below(60),
        random.pick(TIMEZONES),
    );
    let request =
        format!("{} {} {}", random.pick(METHODS), random.pick(ROUTES), random.pick(PROTOCOLS));
    let code = CODES.get(random.below(12) as usize).copied().unwrap_or(200);
    Log {
        address,
        identity: "-".to_owned(),
        userid: random.pick(USERS).to_owned(),
        date,
        request,
        code,
        size: random.below(100_000_000),
    }
}

/// A mesh of so many triangles.
#[must_use]
pub fn mesh(triangles: usize) -> Mesh {
    let mut random = Random::new(2);
    let mut vector = || Vector3 { x: random.unit(), y: random.unit(), z: random.unit() };
    let triangle = |_| Triangle { v0: vector(), v1: vector(), v2: vector(), normal: vector() };
    Mesh { triangles: (0..triangles).map(triangle).collect() }
}
