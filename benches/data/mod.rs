//! Data sets to measure with.
//!
//! `QUHUA_BENCH_DATA` names a folder with `county`, `city`, `province` and `nation`, each with `villages.geojson`;
//! sizes that are not there are left out. Without it the sample county is used. See `benches/README.md`.

use std::fmt;
use std::path::{Path, PathBuf};

use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::model::{Dataset, FieldOverrides, Layer};

/// A data set to measure with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    pub name: String,
    pub path: PathBuf,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// All sizes that are there, smallest first.
pub fn sizes() -> Vec<Size> {
    let Some(folder) = std::env::var_os("QUHUA_BENCH_DATA").map(PathBuf::from) else {
        // The benchmarks of the window have the root of the repository above them.
        let roots = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let mut samples = roots.map(|root| root.join("sample_data/sanhe/villages.geojson"));
        let path = samples.find(|path| path.exists()).unwrap();
        return vec![Size { name: "sample".to_owned(), path }];
    };
    ["county", "city", "province", "nation"]
        .into_iter()
        .map(|name| Size { name: name.to_owned(), path: folder.join(name).join("villages.geojson") })
        .filter(|size| size.path.exists())
        .collect()
}

impl Size {
    /// Its finest layer.
    pub fn read(&self) -> Layer {
        geojson::read(&self.path, &Limits::default(), &Progress::new()).unwrap()
    }

    /// Its dataset.
    pub fn open(&self) -> Dataset {
        Dataset::assemble(vec![self.read()], &FieldOverrides::default(), &Progress::new()).unwrap()
    }
}
