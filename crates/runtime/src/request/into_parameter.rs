//! What setters of requests take: a value, a number for a text, or an `Option` of those.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

/// Something that a parameter of type `T` can be set to.
///
/// It is whatever turns into a `T`, such as a text or one of the constants. What takes texts takes them behind the common pointers,
/// and whole numbers, too, which is what many keep ids in; a list of texts is set to a list or a slice of `&str`, too. An `Option`
/// of any of these sets the parameter, or leaves it out where it is `None`.
///
/// `By` says which of these a type is, and is never written down: the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "a parameter of type `{T}` cannot be set to a value of type `{Self}`",
    label = "no value of this parameter",
    note = "it takes a `{T}`, what turns into one, a text or a whole number for a text, a list of texts for a list, and an `Option` of these",
    note = "only a parameter whose values the document names has a type of the SDK's module `params`, with a constant for each and all of them in `KNOWN`"
)]
pub trait IntoParameter<T, By> {
    /// The value, if there is one.
    fn into_parameter(self) -> Option<T>;
}

/// Ways in which a type is an [`IntoParameter`]: no type is one in two ways.
pub mod by {
    /// By what turns into it.
    #[derive(Debug)]
    pub enum Value {}

    /// By a number, which is written out.
    #[derive(Debug)]
    pub enum Number {}

    /// By a text behind a pointer.
    #[derive(Debug)]
    pub enum Text {}

    /// By texts in a list.
    #[derive(Debug)]
    pub enum Texts {}

    /// By what may not be there.
    #[derive(Debug)]
    pub struct Optional<By>(std::marker::PhantomData<By>);
}

// Whoever passes something else is told what a parameter takes, and not what one way of many lacks.
#[diagnostic::do_not_recommend]
impl<T, V: Into<T>> IntoParameter<T, by::Value> for V {
    fn into_parameter(self) -> Option<T> {
        Some(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl<T, V: IntoParameter<T, By>, By> IntoParameter<T, by::Optional<By>> for Option<V> {
    fn into_parameter(self) -> Option<T> {
        self.and_then(V::into_parameter)
    }
}

#[diagnostic::do_not_recommend]
impl<'a, T, V, By> IntoParameter<T, by::Optional<By>> for &'a Option<V>
where
    &'a V: IntoParameter<T, By>,
{
    fn into_parameter(self) -> Option<T> {
        self.as_ref().and_then(<&V>::into_parameter)
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(#[diagnostic::do_not_recommend]
        impl<T: From<String>> IntoParameter<T, by::Number> for $number {
            fn into_parameter(self) -> Option<T> {
                Some(self.to_string().into())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: From<String>> IntoParameter<T, by::Number> for &$number {
            fn into_parameter(self) -> Option<T> {
                Some(self.to_string().into())
            }
        })*
    };
}

numbers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

macro_rules! texts {
    ($($text:ty)*) => {
        $(#[diagnostic::do_not_recommend]
        impl<T: From<String>> IntoParameter<T, by::Text> for $text {
            fn into_parameter(self) -> Option<T> {
                Some(AsRef::<str>::as_ref(&self).to_owned().into())
            }
        })*
    };
}

// The other pointers to a text turn into one.
texts!(&&str &&String &Box<str> &Rc<str> &Arc<str> &Cow<'_, str> Rc<str> Arc<str>);

// Lists and slices of strings that are not borrowed twice turn into a list.
macro_rules! lists {
    ($(($($generics:tt)*) $list:ty;)*) => {
        $(#[diagnostic::do_not_recommend]
        impl<$($generics)*> IntoParameter<Vec<String>, by::Texts> for $list {
            fn into_parameter(self) -> Option<Vec<String>> {
                Some(self.iter().map(ToString::to_string).collect())
            }
        })*
    };
}

lists! {
    (const N: usize) [&str; N];
    (const N: usize) &[&str; N];
    () &[&str];
    () Vec<&str>;
    () &Vec<&str>;
    () &Vec<String>;
}

#[cfg(test)]
// What is borrowed without need is what is tested.
#[allow(clippy::needless_borrows_for_generic_args, clippy::useless_vec)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<By>(value: impl IntoParameter<String, By>, expected: Option<&str>) {
        assert_eq!(value.into_parameter().as_deref(), expected);
    }

    /// A type of a caller.
    struct Id(String);

    impl From<Id> for String {
        fn from(id: Id) -> Self {
            id.0
        }
    }

    #[test]
    fn a_text_takes_texts_numbers_and_options_of_them() {
        let owned = "a".to_owned();
        check("a", Some("a"));
        check(&owned, Some("a"));
        check(Id("7".to_owned()), Some("7"));
        check(7, Some("7"));
        check(-7_i64, Some("-7"));
        check(7_u8, Some("7"));
        check(Some(-7_i8), Some("-7"));
        check(u64::MAX, Some("18446744073709551615"));
        check(Some("a"), Some("a"));
        check(Some(&owned), Some("a"));
        check(Some(7_u64), Some("7"));
        check(Some(Some(7)), Some("7"));
        check(None::<u64>, None);
        check(Some(None::<&str>), None);
        let option = Some(owned.clone());
        check(&option, Some("a"));
        check(&Some(7_u64), Some("7"));
        check(&None::<String>, None);
        ["a"].iter().for_each(|text| check(text, Some("a")));
        check(&&owned, Some("a"));
        let (boxed, shared, counted) = (Box::<str>::from("a"), Arc::<str>::from("a"), Rc::<str>::from("a"));
        check(&boxed, Some("a"));
        check(&shared, Some("a"));
        check(&counted, Some("a"));
        check(Some(&shared), Some("a"));
        check(boxed, Some("a"));
        check(shared, Some("a"));
        check(counted, Some("a"));
        let borrowed = Cow::Borrowed("a");
        check(&borrowed, Some("a"));
        check(borrowed, Some("a"));
        check(owned, Some("a"));
        [7_u64, 7].iter().for_each(|id| check(id, Some("7")));
    }

    #[test]
    fn a_list_takes_lists_of_texts() {
        fn check<By>(value: impl IntoParameter<Vec<String>, By>) {
            assert_eq!(value.into_parameter(), Some(vec!["a".to_owned(), "b".to_owned()]));
        }
        let owned = ["a", "b"].map(str::to_owned);
        check(["a", "b"]);
        check(vec!["a", "b"]);
        check(&["a", "b"][..]);
        check(Some(["a", "b"]));
        check(&["a", "b"]);
        check(&vec!["a", "b"]);
        check(&owned);
        check(&owned[..]);
        check(&owned.to_vec());
        check(&Some(owned.to_vec()));
        check(owned.clone());
        check(owned.to_vec());
    }
}
