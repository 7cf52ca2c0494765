//! What forms and stems serve where there is no Python?

use crate::build::vocabulary::Analysis;
use crate::error::Result;

/// Small letters without apostrophes; the stem is what comes before a final s.
pub struct Toy;

impl Analysis for Toy {
    fn fold(&mut self, surfaces: &[&str]) -> Result<Vec<String>> {
        let fold = |surface: &&str| surface.to_lowercase().replace(['\'', '.'], "");
        Ok(surfaces.iter().map(fold).collect())
    }

    fn stem(&mut self, forms: &[&str]) -> Result<Vec<String>> {
        let stem = |form: &&str| form.trim_end_matches(['s', 'é']).to_string();
        Ok(forms.iter().map(stem).collect())
    }
}

/// A value as it is sought: in small letters.
pub fn fold_value(value: &str, out: &mut String) -> Result<()> {
    out.push_str(&value.to_lowercase());
    Ok(())
}
