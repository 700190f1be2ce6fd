//! Fetches and decodes tiles beside the window.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};

use super::source::{Decode, Fetch, pictured};
use super::{Picture, TileError, TileId, TileSource, picture};
use crate::i18n::one_line;
use crate::jobs::{caught, lock_whole};

/// Threads for a local file: decoding is what takes time.
const LOCAL_THREADS: usize = 2;

/// Threads for a server: waiting is what takes time. Servers ask not to be asked for more at once.
const SERVER_THREADS: usize = 4;

/// A few threads that fetch the tiles that are wanted now. Tiles that are no longer wanted are not begun; dropping the
/// loader ends the threads, one that waits for a server at the latest when its time is up.
#[derive(Debug)]
pub struct TileLoader {
    shared: Arc<Shared>,
    results: mpsc::Receiver<Loaded>,
}

/// A tile that was fetched.
#[derive(Debug)]
pub struct Loaded {
    /// Which.
    pub tile: TileId,
    /// Its picture; `None` where the source has none.
    pub result: Result<Option<Picture>, TileError>,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    /// Something is wanted, or the end has come.
    news: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    /// What to fetch, most urgent first.
    wanted: VecDeque<TileId>,
    /// What is being fetched, or was and has not been taken.
    under_way: BTreeSet<TileId>,
    ended: bool,
}

impl Shared {
    /// Whatever panics while the queue is locked, it is whole.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        lock_whole(&self.queue)
    }

    /// The next tile to fetch; waits for one. `None` at the end.
    fn next(&self) -> Option<TileId> {
        let mut queue = self.queue();
        loop {
            if queue.ended {
                return None;
            }
            if let Some(tile) = queue.wanted.pop_front() {
                queue.under_way.insert(tile);
                return Some(tile);
            }
            queue = self.news.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl TileLoader {
    /// Starts threads on a source. They call `wake` whenever a tile is there.
    ///
    /// # Errors
    /// [`TileError`] when the file can no longer be opened, or the system has no room for another thread.
    pub fn start(source: &TileSource, wake: impl Fn() + Send + Sync + 'static) -> Result<Self, TileError> {
        Self::start_with(source, picture::decode, wake)
    }

    fn start_with(
        source: &TileSource,
        decode: Decode,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, TileError> {
        let threads = if source.is_server() { SERVER_THREADS } else { LOCAL_THREADS };
        let fetchers: Vec<Box<dyn Fetch>> = (0..threads).map(|_| source.fetcher()).collect::<Result<_, _>>()?;
        let (shared, wake) = (Arc::<Shared>::default(), Arc::new(wake));
        let (sender, results) = mpsc::channel();
        for (at, mut fetcher) in fetchers.into_iter().enumerate() {
            let (shared, wake, sender) = (Arc::clone(&shared), Arc::clone(&wake), sender.clone());
            let name = source.info().name.clone();
            let started = std::thread::Builder::new().name(format!("tiles {at}")).spawn(move || {
                while let Some(tile) = shared.next() {
                    let result = load(fetcher.as_mut(), decode, tile, &name);
                    if sender.send(Loaded { tile, result }).is_err() {
                        return;
                    }
                    wake();
                }
            });
            let unreadable = |why| TileError::Unreadable { why, path: source.info().name.clone().into() };
            started.map_err(unreadable)?;
        }
        Ok(Self { shared, results })
    }

    /// Says which tiles are wanted from now on, most urgent first, in place of those before.
    pub fn want(&self, tiles: impl IntoIterator<Item = TileId>) {
        let mut queue = self.shared.queue();
        let queue = &mut *queue;
        queue.wanted.clear();
        queue.wanted.extend(tiles.into_iter().filter(|tile| !queue.under_way.contains(tile)));
        if !queue.wanted.is_empty() {
            self.shared.news.notify_all();
        }
    }

    /// Some of the tiles that are there, so many at most. They may be wanted again.
    #[must_use]
    pub fn take(&self, most: usize) -> Vec<Loaded> {
        let loaded: Vec<Loaded> = self.results.try_iter().take(most).collect();
        if !loaded.is_empty() {
            let mut queue = self.shared.queue();
            for one in &loaded {
                queue.under_way.remove(&one.tile);
            }
        }
        loaded
    }

    /// Whether something is still to be fetched or taken.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        let queue = self.shared.queue();
        !queue.wanted.is_empty() || !queue.under_way.is_empty()
    }
}

impl Drop for TileLoader {
    fn drop(&mut self) {
        self.shared.queue().ended = true;
        self.shared.news.notify_all();
    }
}

/// Fetches and decodes a tile. Files and servers bring what they like: where reading that panics, there is no picture,
/// and the next tile is another matter.
fn load(
    fetcher: &mut dyn Fetch,
    decode: Decode,
    tile: TileId,
    source_name: &str,
) -> Result<Option<Picture>, TileError> {
    let loaded = caught(|| pictured(fetcher, decode, tile, source_name));
    loaded.unwrap_or_else(|why| {
        Err(TileError::Picture { tile, why: one_line(&why), source_name: source_name.to_owned() })
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::tiles::Template;
    use crate::tiles::testing::{LocalServer, mbtiles, png};

    fn tile(x: u32) -> TileId {
        TileId::new(9, x, 200).unwrap()
    }

    fn wait_for<T>(mut ready: impl FnMut() -> Option<T>) -> T {
        let since = Instant::now();
        loop {
            if let Some(value) = ready() {
                return value;
            }
            assert!(since.elapsed() < Duration::from_secs(20), "it does not come");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn wanted_tiles_come_decoded_and_missing_ones_as_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mbtiles");
        let colour = |x: u8| [x, 7, 9, 255];
        let tiles: Vec<_> = (0..20).map(|x| (tile(u32::from(x)), png(2, colour(x)))).collect();
        mbtiles(&path, &[], &tiles);
        let (sender, woken) = mpsc::channel();
        let sender = Mutex::new(sender);
        let wake = move || sender.lock().unwrap().send(()).unwrap_or_default();
        let loader = TileLoader::start(&TileSource::open(&path).unwrap(), wake).unwrap();
        loader.want((0..21).map(tile));
        let mut found = Vec::new();
        wait_for(|| {
            found.extend(loader.take(3));
            (found.len() == 21).then_some(())
        });
        assert!(!loader.is_busy());
        assert!(woken.try_iter().count() > 0);
        for one in found {
            let picture = one.result.unwrap();
            let expected = u8::try_from(one.tile.x()).ok().filter(|&x| x < 20).map(|x| colour(x).repeat(4));
            assert_eq!(picture.map(|picture| picture.rgba), expected, "{}", one.tile);
        }
    }

    #[test]
    fn a_tile_whose_decoder_panics_has_failed_and_the_others_come() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mbtiles");
        let tiles: Vec<_> = (0..9).map(|x| (tile(x), png(2, [9, 9, 9, 255]))).collect();
        mbtiles(&path, &[], &tiles);
        // More of them than there are threads.
        let decode: Decode = |bytes, tile, name| {
            assert!(tile.x() % 2 == 0, "this picture is a trap");
            picture::decode(bytes, tile, name)
        };
        let loader = TileLoader::start_with(&TileSource::open(&path).unwrap(), decode, || ()).unwrap();
        loader.want((0..9).map(tile));
        let mut found = Vec::new();
        wait_for(|| {
            found.extend(loader.take(9));
            (found.len() == 9).then_some(())
        });
        assert!(!loader.is_busy());
        for one in found {
            let failed = one.result.err().map(|error| (error.is_final(), error.to_string()));
            assert_eq!(failed.is_some(), one.tile.x() % 2 == 1, "{}", one.tile);
            assert!(failed.is_none_or(|(is_final, said)| !is_final && said.contains("this picture is a trap")));
        }
    }

    #[test]
    fn tiles_that_are_no_longer_wanted_are_not_asked_for() {
        let server = LocalServer::start(|_| {
            std::thread::sleep(Duration::from_millis(60));
            (404, Vec::new())
        });
        let template = Template::parse(&format!("{}/{{z}}/{{x}}/{{y}}", server.address())).unwrap();
        let loader = TileLoader::start(&TileSource::server(template), || ()).unwrap();
        loader.want((0..100).map(tile));
        wait_for(|| (!server.asked().is_empty()).then_some(()));
        loader.want([tile(500)]);
        wait_for(|| server.asked().contains(&"/9/500/200".to_owned()).then_some(()));
        wait_for(|| {
            drop(loader.take(100));
            (!loader.is_busy()).then_some(())
        });
        assert!(server.asked().len() <= 2 * SERVER_THREADS + 1, "{:?}", server.asked());
    }

    #[test]
    fn threads_end_with_the_loader() {
        let server = LocalServer::start(|_| (404, Vec::new()));
        let template = Template::parse(&format!("{}/{{z}}/{{x}}/{{y}}", server.address())).unwrap();
        let loader = TileLoader::start(&TileSource::server(template), || ()).unwrap();
        loader.want((0..10).map(tile));
        let shared = Arc::downgrade(&loader.shared);
        drop(loader);
        wait_for(|| (shared.strong_count() == 0).then_some(()));
    }
}
