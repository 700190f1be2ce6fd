//! Where a figure lies in a sample.

use crate::compare::{Amount, Indicator, Reason};
use crate::metrics::{Figure, Statistic};

/// Which way of a figure is the better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// The less the better.
    Less,
    /// The more the better.
    More,
}

impl Aim {
    /// Which way of an indicator is the better one; `None` where neither is, such as for areas: the ground decides how
    /// even they can be.
    #[must_use]
    pub const fn of(indicator: &Indicator) -> Option<Self> {
        match indicator {
            Indicator::Of(Figure::Population, Statistic::Variation)
            | Indicator::DistanceMax
            | Indicator::DistanceMean
            | Indicator::PeopleReassigned
            | Indicator::PeopleFarther
            | Indicator::FartherMean => Some(Self::Less),
            Indicator::Of(Figure::Compactness, Statistic::Mean) => Some(Self::More),
            _ => None,
        }
    }
}

/// A figure of a plan, and the same of neutral plans.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// What it is.
    pub indicator: Indicator,
    /// The figure of the plan, or why it cannot be known.
    pub plan: Result<Amount, Reason>,
    /// Those of the neutral plans, ascending; empty where they cannot be known.
    sample: Vec<f64>,
}

/// How often values fall between evenly spaced limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Lower end of the first bar.
    pub from: f64,
    /// Upper end of the last bar; the same as `from` when all values are.
    pub to: f64,
    /// Number of values in each bar; a value on a limit counts in the bar above, the highest one in the last.
    pub bars: Vec<usize>,
}

impl Standing {
    /// Puts a figure beside a sample.
    #[must_use]
    pub fn new(indicator: Indicator, plan: Result<Amount, Reason>, mut sample: Vec<f64>) -> Self {
        sample.sort_unstable_by(f64::total_cmp);
        Self { indicator, plan, sample }
    }

    /// The figures of the neutral plans, ascending.
    #[must_use]
    pub fn sample(&self) -> &[f64] {
        &self.sample
    }

    /// Share of the sample below the plan, from 0 to 1, equal ones counted half; `None` where either is not known.
    #[must_use]
    pub fn share_below(&self) -> Option<f64> {
        self.share(|below, _| below)
    }

    /// Share of the sample that the plan is better than, equal ones counted half; `None` also where neither way is the
    /// better one.
    #[must_use]
    pub fn share_worse(&self) -> Option<f64> {
        let aim = Aim::of(&self.indicator)?;
        self.share(|below, above| if aim == Aim::Less { above } else { below })
    }

    #[expect(clippy::cast_precision_loss, reason = "samples are few")]
    fn share(&self, side: impl Fn(usize, usize) -> usize) -> Option<f64> {
        let plan = self.plan.ok()?.to_f64();
        let below = self.sample.partition_point(|&value| value < plan);
        let not_above = self.sample.partition_point(|&value| value <= plan);
        let all = self.sample.len();
        let counted = side(below, all - not_above) as f64 + (not_above - below) as f64 / 2.0;
        (all > 0).then(|| counted / all as f64)
    }

    /// The value that a share of the sample has at most, from 0 to 1, interpolated between neighbours (Hyndman and Fan
    /// 1996, type 7); `None` without a sample.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a position in the sample"
    )]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let last = self.sample.len().checked_sub(1)?;
        let at = share.clamp(0.0, 1.0) * last as f64;
        let (low, high) = (self.sample[at.floor() as usize], self.sample[at.ceil() as usize]);
        Some(low + (high - low) * at.fract())
    }

    /// The sample in so many bars, over a range that the plan's own figure lies in too; `None` without a sample.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a position among the bars"
    )]
    pub fn histogram(&self, bars: usize) -> Option<Histogram> {
        let (&least, &most) = (self.sample.first()?, self.sample.last()?);
        let plan = self.plan.ok().map(Amount::to_f64);
        let (from, to) = (plan.map_or(least, |plan| plan.min(least)), plan.map_or(most, |plan| plan.max(most)));
        let mut counts = vec![0; bars.max(1)];
        for value in &self.sample {
            let at = if to > from { (value - from) / (to - from) * counts.len() as f64 } else { 0.0 };
            let at = (at as usize).min(counts.len() - 1);
            counts[at] += 1;
        }
        Some(Histogram { from, to, bars: counts })
    }
}
