//! The git repository of a release.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::sh;

/// Branch of releases.
const BRANCH: &str = "main";

/// A git work tree.
pub struct Repository {
    /// Root folder.
    pub root: PathBuf,
}

impl Repository {
    /// The work tree with this root. Does not check that it exists.
    pub fn open(root: &Path) -> Repository {
        Repository { root: root.to_owned() }
    }

    fn git(&self, arguments: &[&str]) -> Result<String> {
        let text = sh::output(Command::new("git").current_dir(&self.root).args(arguments))?;
        Ok(text.trim().to_owned())
    }

    /// Date in UTC, such as 2026-02-03.
    pub fn today(&self) -> Result<String> {
        Ok(sh::output(Command::new("date").args(["--utc", "+%Y-%m-%d"]))?.trim().to_owned())
    }

    /// Checks that everything is committed.
    ///
    /// # Errors
    ///
    /// When git lists a change.
    pub fn check_is_clean(&self) -> Result<()> {
        let changed = self.git(&["status", "--porcelain"])?;
        if !changed.is_empty() {
            bail!("commit or remove these changes first:\n{changed}");
        }
        Ok(())
    }

    /// Checks that the branch is that of releases.
    ///
    /// # Errors
    ///
    /// On another branch.
    pub fn check_branch(&self) -> Result<()> {
        let branch = self.git(&["rev-parse", "--abbrev-ref", "HEAD"])?;
        if branch != BRANCH {
            bail!("a release is made on the branch {BRANCH}, but this is {branch}; switch to it");
        }
        Ok(())
    }

    /// Returns `true` if this tag exists.
    pub fn has_tag(&self, tag: &str) -> Result<bool> {
        Ok(!self.git(&["tag", "--list", tag])?.is_empty())
    }

    /// Checks that a tag is new.
    ///
    /// # Errors
    ///
    /// When the tag exists.
    pub fn check_has_no_tag(&self, tag: &str) -> Result<()> {
        if self.has_tag(tag)? {
            bail!("the tag {tag} exists; release a higher version");
        }
        Ok(())
    }

    /// Hash of the last commit.
    pub fn head(&self) -> Result<String> {
        self.git(&["rev-parse", "HEAD"])
    }

    /// Commits these files, and tags the commit with this message.
    pub fn commit(&self, files: &[&str], tag: &str, message: &str) -> Result<()> {
        self.git(&[&["add", "--"], files].concat())?;
        self.git(&["commit", "--quiet", "--message", &format!("release: {tag}")])?;
        let message = format!("{tag}\n\n{message}");
        self.git(&["tag", "--annotate", "--message", &message, tag]).map(drop)
    }

    /// Resets branch and work tree to this commit.
    pub fn go_back(&self, head: &str) -> Result<()> {
        self.git(&["reset", "--quiet", "--hard", head]).map(drop)
    }
}
