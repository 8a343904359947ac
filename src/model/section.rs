//! Sections of the element. Each has one medium; the attribute `mediums`
//! selects them.

use super::threepid_list::position_of;
use super::{AddForm, HostEvent, Model, SessionState, Verification};
use crate::matrix::get_3pids::{Medium, Threepid};

/// Section of the element: the addresses of one medium, its pending
/// verifications, and its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// `email`
    Emails,
    /// `msisdn`
    Phones,
}

impl Section {
    /// Section of a medium, if the element can add such addresses.
    pub fn from_medium(medium: &Medium) -> Option<Section> {
        match medium {
            Medium::Email => Some(Section::Emails),
            Medium::Msisdn => Some(Section::Phones),
            Medium::Other(_) => None,
        }
    }

    /// Medium of the section.
    pub fn medium(self) -> Medium {
        match self {
            Section::Emails => Medium::Email,
            Section::Phones => Medium::Msisdn,
        }
    }
}

impl Model {
    /// Section that displays addresses of this medium. Unknown mediums are in
    /// the first section.
    pub fn section_of(&self, medium: &Medium) -> Option<Section> {
        let first = || self.sections.first().copied();
        Section::from_medium(medium)
            .map_or_else(first, Some)
            .filter(|it| self.sections.contains(it))
    }

    /// True if the verification is displayed.
    pub fn is_visible(&self, pending: &Verification) -> bool {
        let open = pending.id_server.as_ref().is_none_or(|host| self.identity_server_ready(host));
        open && self.section_of(&pending.medium).is_some()
    }

    /// Displayed verifications of addresses that are not on the account yet.
    pub fn visible_verifications(&self) -> impl Iterator<Item = &Verification> {
        self.verifications.iter().filter(|it| !it.is_share() && self.is_visible(it))
    }

    /// Entries of a section; none before the first list.
    pub fn entries(&self, section: Section) -> impl Iterator<Item = &Threepid> {
        let is_here = move |it: &&Threepid| self.section_of(&it.medium) == Some(section);
        self.list.entries().unwrap_or_default().iter().filter(is_here)
    }

    /// Positions of a section's entries in the list.
    pub fn positions(&self, section: Section) -> Vec<usize> {
        let entries = self.list.entries().unwrap_or_default().iter().zip(0..);
        let is_here =
            |(entry, _): &(&Threepid, usize)| self.section_of(&entry.medium) == Some(section);
        entries.filter(is_here).map(|(_, at)| at).collect()
    }

    /// True if a section has entries.
    #[inline(never)]
    pub fn has_entries(&self, section: Section) -> bool {
        self.entries(section).next().is_some()
    }

    /// All displayed entries.
    pub fn visible_threepids(&self) -> Vec<Threepid> {
        let entries = self.list.entries().unwrap_or_default().iter();
        entries.filter(|it| self.section_of(&it.medium).is_some()).cloned().collect()
    }

    /// Section and index of an entry.
    pub(super) fn visible_index(&self, medium: &Medium, address: &str) -> Option<(Section, usize)> {
        let section = self.section_of(medium)?;
        Some((section, position_of(&mut self.entries(section), medium, address)?))
    }

    /// Form of a section.
    pub fn form_of(&self, section: Section) -> &AddForm {
        match section {
            Section::Emails => &self.email_form,
            Section::Phones => &self.phone_form,
        }
    }

    pub(super) fn form_of_mut(&mut self, section: Section) -> &mut AddForm {
        match section {
            Section::Emails => &mut self.email_form,
            Section::Phones => &mut self.phone_form,
        }
    }

    /// Changes the sections. The list stays, but may be old.
    pub(super) fn set_sections(&mut self, sections: Vec<Section>) {
        if self.sections == sections {
            return;
        }
        let before = self.visible_threepids();
        self.sections = sections;
        if before != self.visible_threepids() {
            self.emit(HostEvent::Change);
        }
        if self.list.entries().is_some() && self.access == SessionState::Active {
            self.refresh_silently();
        }
    }
}
