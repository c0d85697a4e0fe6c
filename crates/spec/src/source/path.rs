//! The way to a node while the tree is built or walked, turned into a JSON pointer only when one is asked for.

use crate::diagnostic::join;

#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    Root,
    Property(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl Path<'_> {
    pub(super) fn pointer(&self) -> String {
        match self {
            Path::Root => String::new(),
            Path::Property(parent, name) => join(&parent.pointer(), name),
            Path::Item(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }

    pub(super) fn depth(&self) -> usize {
        match self {
            Path::Root => 0,
            Path::Property(parent, _) | Path::Item(parent, _) => parent.depth() + 1,
        }
    }
}
