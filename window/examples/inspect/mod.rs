//! A window that is driven from outside: its accessibility tree is read, pointer and keys are sent, pictures taken.

use std::collections::BTreeMap;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use eframe::egui::accesskit::{Node, NodeId, Role, TreeUpdate};
use eframe::egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, pos2};
use egui_inspection::protocol::{self, PROTOCOL_VERSION, Request, Response};

/// How long anything may take to come.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(40);
/// After this, a second click in the same place is no double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);
/// Names that a failure quotes, at most.
const QUOTED: usize = 400;

/// Why a step could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The program cannot be started.
    #[error("cannot start {program}: {source}")]
    Start { program: String, source: std::io::Error },
    /// The program ended.
    #[error("the program ended by itself: {0}")]
    Ended(std::process::ExitStatus),
    /// The connection broke, or never came about.
    #[error("no connection to the window (is it built with `--features inspection`?): {0}")]
    Lost(#[from] std::io::Error),
    /// Another protocol.
    #[error("the window speaks version {0} of the protocol, this program {PROTOCOL_VERSION}")]
    Version(u32),
    /// The window answered something else than was asked for.
    #[error("the window answered {0}")]
    Answer(String),
    /// Something did not appear.
    #[error("waited {} s for {awaited}; the window shows: {}", PATIENCE.as_secs(), .names.join(" | "))]
    Missing { awaited: String, names: Vec<String> },
    /// What was written is not what it should be.
    #[error("{0}")]
    Wrong(String),
}

/// A node of the accessibility tree.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What it is called; for a text, what it says.
    pub name: String,
    /// What is written in it.
    pub value: String,
    /// What it is.
    pub role: Role,
    /// Where it is, in points.
    pub rect: Rect,
}

impl Seen {
    /// Whether it is called so.
    pub fn is(&self, name: &str) -> bool {
        self.name == name
    }
}

/// A running program and the connection to its window. The program ends with it.
pub struct Window {
    program: Child,
    stream: TcpStream,
    clicked: Option<Instant>,
}

impl Drop for Window {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Window {
    /// Starts a program and waits until its window answers.
    pub fn start(path: &Path) -> Result<Self, Failure> {
        // A port that is free now; nobody else is likely to take it at once.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut program = Command::new(path)
            .env("EGUI_INSPECTION", address.to_string())
            .spawn()
            .map_err(|source| Failure::Start { program: path.display().to_string(), source })?;
        let since = Instant::now();
        let stream = loop {
            match TcpStream::connect(address) {
                Ok(stream) => break stream,
                Err(error) => {
                    if let Some(status) = program.try_wait()? {
                        return Err(Failure::Ended(status));
                    }
                    if since.elapsed() > PATIENCE {
                        // Nobody is there to end it later.
                        let _ = program.kill();
                        return Err(error.into());
                    }
                    std::thread::sleep(PAUSE);
                }
            }
        };
        let mut window = Self { program, stream, clicked: None };
        let version = protocol::read_handshake(&mut window.stream)?;
        if version == PROTOCOL_VERSION { Ok(window) } else { Err(Failure::Version(version)) }
    }

    fn ask(&mut self, request: &Request) -> Result<Response, Failure> {
        protocol::write_message(&mut self.stream, request)?;
        match protocol::read_message(&mut self.stream)? {
            Response::Error { message } => Err(Failure::Answer(message)),
            answer => Ok(answer),
        }
    }

    /// Sends what pointer and keys do; returns when a frame has dealt with it.
    fn send(&mut self, events: Vec<Event>) -> Result<(), Failure> {
        self.ask(&Request::ApplyEvents { events }).map(drop)
    }

    /// Everything that the tree names, in its order.
    pub fn nodes(&mut self) -> Result<Vec<Seen>, Failure> {
        let answer = self.ask(&Request::GetTree)?;
        let Response::Tree { accesskit, .. } = answer else { return Err(Failure::Answer(format!("{answer:?}"))) };
        Ok(accesskit.as_ref().map(in_order).unwrap_or_default())
    }

    /// Waits until the nodes tell what is wanted.
    pub fn wait<T>(&mut self, awaited: &str, find: impl Fn(&[Seen]) -> Option<T>) -> Result<T, Failure> {
        let since = Instant::now();
        loop {
            let nodes = self.nodes()?;
            if let Some(found) = find(&nodes) {
                return Ok(found);
            }
            if since.elapsed() > PATIENCE {
                let names = nodes.into_iter().take(QUOTED).map(|node| node.name).collect();
                return Err(Failure::Missing { awaited: awaited.to_owned(), names });
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Waits for a node of this name, and says where it is; of several, the last.
    pub fn named(&mut self, name: &str) -> Result<Seen, Failure> {
        self.wait(&format!("“{name}”"), |nodes| nodes.iter().rfind(|node| node.is(name)).cloned())
    }

    /// Waits for a text with this in it.
    pub fn saying(&mut self, part: &str) -> Result<Seen, Failure> {
        self.wait(&format!("“…{part}…”"), |nodes| nodes.iter().rfind(|node| node.name.contains(part)).cloned())
    }

    /// Waits until no node has this name.
    pub fn gone(&mut self, name: &str) -> Result<(), Failure> {
        let absent = |nodes: &[Seen]| (!nodes.iter().any(|node| node.is(name))).then_some(());
        self.wait(&format!("“{name}” to go away"), absent)
    }

    /// Waits for something to press, and until it stands still: what has just come up may still move.
    fn at_rest(&mut self, awaited: &str, find: impl Fn(&[Seen]) -> Option<Seen>) -> Result<Pos2, Failure> {
        let mut seen = self.wait(awaited, &find)?;
        loop {
            self.settle()?;
            let again = self.wait(awaited, &find)?;
            if again.rect == seen.rect {
                return Ok(seen.rect.center());
            }
            seen = again;
        }
    }

    /// Presses what has this name; of several, the last.
    pub fn press(&mut self, name: &str) -> Result<(), Failure> {
        let at = self.at_rest(&format!("“{name}”"), |nodes| nodes.iter().rfind(|node| node.is(name)).cloned())?;
        self.click(at, Modifiers::NONE)
    }

    /// Moves the pointer.
    pub fn hover(&mut self, at: Pos2) -> Result<(), Failure> {
        self.send(vec![Event::PointerMoved(at)])
    }

    /// Clicks somewhere.
    pub fn click(&mut self, at: Pos2, modifiers: Modifiers) -> Result<(), Failure> {
        if let Some(clicked) = self.clicked {
            std::thread::sleep(DOUBLE_CLICK.saturating_sub(clicked.elapsed()));
        }
        self.drag(&[at], modifiers)?;
        self.clicked = Some(Instant::now());
        Ok(())
    }

    /// Drags with the button held along some places.
    pub fn drag(&mut self, path: &[Pos2], modifiers: Modifiers) -> Result<(), Failure> {
        let [first, .., last] = path else {
            return path.first().map_or(Ok(()), |&at| self.drag(&[at, at], modifiers));
        };
        let button =
            |pos: Pos2, pressed| Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers };
        self.send(vec![Event::ModifiersChanged(modifiers), Event::PointerMoved(*first)])?;
        self.send(vec![button(*first, true)])?;
        for &at in path.iter().skip(1).filter(|at| *at != first) {
            self.send(vec![Event::PointerMoved(at)])?;
        }
        self.send(vec![button(*last, false)])?;
        self.send(vec![Event::ModifiersChanged(Modifiers::NONE)])
    }

    /// Presses a key.
    pub fn key(&mut self, modifiers: Modifiers, key: Key) -> Result<(), Failure> {
        let event = |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
        self.send(vec![Event::ModifiersChanged(modifiers), event(true)])?;
        self.send(vec![event(false), Event::ModifiersChanged(Modifiers::NONE)])
    }

    /// Writes into the line of this name, over what stands there.
    pub fn write(&mut self, name: &str, text: &str) -> Result<(), Failure> {
        let line = |nodes: &[Seen]| {
            let writes = |role| matches!(role, Role::TextInput | Role::MultilineTextInput);
            nodes.iter().rfind(|node| node.is(name) && writes(node.role)).cloned()
        };
        let at = self.at_rest(&format!("the line “{name}”"), line)?;
        self.click(at, Modifiers::NONE)?;
        self.key(Modifiers::COMMAND, Key::A)?;
        self.send(vec![Event::Text(text.to_owned())])?;
        self.wait(&format!("“{name}” to hold “{text}”"), |nodes| line(nodes).filter(|it| it.value == text)).map(drop)
    }

    /// Takes a picture of the window.
    pub fn picture(&mut self, path: &Path) -> Result<(), Failure> {
        match self.ask(&Request::GetScreenshot { pixels_per_point: None })? {
            Response::Screenshot(picture) => Ok(std::fs::write(path, picture.bytes)?),
            answer => Err(Failure::Answer(format!("{answer:?}"))),
        }
    }

    /// Waits until nothing moves any more.
    pub fn settle(&mut self) -> Result<(), Failure> {
        self.ask(&Request::Settle { max_steps: 200 }).map(drop)
    }
}

/// The named nodes of a tree, parents before their children: an update has them in any order.
fn in_order(tree: &TreeUpdate) -> Vec<Seen> {
    let nodes: BTreeMap<NodeId, &Node> = tree.nodes.iter().map(|(id, node)| (*id, node)).collect();
    let mut open: Vec<NodeId> = tree.tree.iter().map(|it| it.root).collect();
    let mut seen = Vec::new();
    while let Some(node) = open.pop() {
        let Some(node) = nodes.get(&node) else { continue };
        open.extend(node.children().iter().rev());
        seen.extend(Some(see(node)).filter(|it| !it.name.is_empty()));
    }
    seen
}

fn see(node: &Node) -> Seen {
    let (label, value) = (node.label().unwrap_or_default(), node.value().unwrap_or_default());
    let name = if label.is_empty() { value } else { label };
    #[expect(clippy::cast_possible_truncation, reason = "places on the screen")]
    let place = |x: f64, y: f64| pos2(x as f32, y as f32);
    let rect = node.bounds().map_or(Rect::NOTHING, |it| Rect { min: place(it.x0, it.y0), max: place(it.x1, it.y1) });
    Seen { name: name.to_owned(), value: value.to_owned(), role: node.role(), rect }
}
