//! The parts of the element: each is of one medium, as the embedder wants them.

use super::list::place_of;
use super::{Access, Event, Flow, Form, Verification};
use crate::matrix::threepids::{Medium, Threepid};

/// A part of the element: the addresses of one medium, what is pending of it,
/// and the form for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// `email`
    Emails,
    /// `msisdn`
    Phones,
}

impl Section {
    /// The section of a medium, if it is one that can be added.
    pub fn of(medium: &Medium) -> Option<Section> {
        match medium {
            Medium::Email => Some(Section::Emails),
            Medium::Msisdn => Some(Section::Phones),
            Medium::Other(_) => None,
        }
    }

    /// What it is of.
    pub fn medium(self) -> Medium {
        match self {
            Section::Emails => Medium::Email,
            Section::Phones => Medium::Msisdn,
        }
    }
}

impl Flow {
    /// Where addresses of this medium are shown. Those of kinds that this
    /// element was not made for stand in the first section.
    pub fn section_of(&self, medium: &Medium) -> Option<Section> {
        let first = || self.sections.first().copied();
        Section::of(medium).map_or_else(first, Some).filter(|it| self.sections.contains(it))
    }

    /// Whether what is pending of it is on the screen.
    pub fn shows(&self, pending: &Verification) -> bool {
        let open = pending.id_server.as_ref().is_none_or(|host| self.is_open(host));
        open && self.section_of(&pending.medium).is_some()
    }

    /// What is pending, and shown, of addresses that are not on the account yet.
    pub fn public_pending(&self) -> impl Iterator<Item = &Verification> {
        self.pending.iter().filter(|it| !it.is_share() && self.shows(it))
    }

    /// The entries of a section; none before the first list.
    #[inline(never)]
    pub fn entries(&self, section: Section) -> Vec<&Threepid> {
        let here = |it: &&Threepid| self.section_of(&it.medium) == Some(section);
        self.list.entries().unwrap_or_default().iter().filter(here).collect()
    }

    /// All entries that are shown.
    pub fn shown(&self) -> Vec<Threepid> {
        let entries = self.list.entries().unwrap_or_default().iter();
        entries.filter(|it| self.section_of(&it.medium).is_some()).cloned().collect()
    }

    /// The section and the place in it of an entry.
    pub(super) fn place(&self, medium: &Medium, address: &str) -> Option<(Section, usize)> {
        let section = self.section_of(medium)?;
        Some((section, place_of(&self.entries(section), medium, address)?))
    }

    /// The form of a section.
    pub fn form_of(&self, section: Section) -> &Form {
        match section {
            Section::Emails => &self.form,
            Section::Phones => &self.phone_form,
        }
    }

    pub(super) fn form_of_mut(&mut self, section: Section) -> &mut Form {
        match section {
            Section::Emails => &mut self.form,
            Section::Phones => &mut self.phone_form,
        }
    }

    /// Another choice of sections. What was read is known, but may be old.
    pub(super) fn set_sections(&mut self, sections: Vec<Section>) {
        if self.sections == sections {
            return;
        }
        let before = self.shown();
        self.sections = sections;
        if before != self.shown() {
            self.emit(Event::Change);
        }
        if self.list.entries().is_some() && self.access == Access::Granted {
            self.read_list_quietly();
        }
    }
}
