//! The repository, by git.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::sh;

/// Releases are made of this branch.
const BRANCH: &str = "main";

/// A work tree.
pub struct Repository {
    /// Its root.
    pub root: PathBuf,
}

impl Repository {
    /// The one whose root this is.
    pub fn open(root: &Path) -> Repository {
        Repository { root: root.to_owned() }
    }

    fn git(&self, arguments: &[&str]) -> Result<String> {
        let text = sh::output(Command::new("git").current_dir(&self.root).args(arguments))?;
        Ok(text.trim().to_owned())
    }

    /// The date, as changelogs have it.
    pub fn today(&self) -> Result<String> {
        Ok(sh::output(Command::new("date").args(["--utc", "+%Y-%m-%d"]))?.trim().to_owned())
    }

    /// An error, if there is anything that is not committed.
    pub fn check_is_clean(&self) -> Result<()> {
        let changed = self.git(&["status", "--porcelain"])?;
        if !changed.is_empty() {
            bail!("not everything is committed:\n{changed}");
        }
        Ok(())
    }

    /// An error on another branch than that of releases.
    pub fn check_branch(&self) -> Result<()> {
        let branch = self.git(&["rev-parse", "--abbrev-ref", "HEAD"])?;
        if branch != BRANCH {
            bail!("releases are made of the branch {BRANCH}, this is {branch}");
        }
        Ok(())
    }

    /// Whether there is such a tag.
    pub fn has_tag(&self, tag: &str) -> Result<bool> {
        Ok(!self.git(&["tag", "--list", tag])?.is_empty())
    }

    /// An error, if there is such a tag.
    pub fn check_has_no_tag(&self, tag: &str) -> Result<()> {
        if self.has_tag(tag)? {
            bail!("there is a tag {tag} already");
        }
        Ok(())
    }

    /// The last commit.
    pub fn head(&self) -> Result<String> {
        self.git(&["rev-parse", "HEAD"])
    }

    /// Commits these files, and tags the commit; the tag says this.
    pub fn commit(&self, files: &[&str], tag: &str, says: &str) -> Result<()> {
        self.git(&[&["add", "--"], files].concat())?;
        self.git(&["commit", "--quiet", "--message", &format!("release: {tag}")])?;
        let message = format!("{tag}\n\n{says}");
        self.git(&["tag", "--annotate", "--message", &message, tag]).map(drop)
    }

    /// Everything is again as it was at this commit, when nothing was changed.
    pub fn go_back(&self, head: &str) -> Result<()> {
        self.git(&["reset", "--quiet", "--hard", head]).map(drop)
    }
}
