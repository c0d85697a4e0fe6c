//! One of what a property holds many of: an element of `audience_countries` is an audience country.
//!
//! The libraries for this (`Inflector`, `cruet`) make `new` of `news` and `serie` of `series`, and cannot be told
//! otherwise. A name that is not made singular is a name all the same, so these rules leave alone what they do not know.

/// Words that are irregular, or that the rules below would get wrong.
const IRREGULAR: [(&str, &str); 54] = [
    ("aliases", "alias"),
    ("analyses", "analysis"),
    ("appendices", "appendix"),
    ("axes", "axis"),
    ("biases", "bias"),
    ("brownies", "brownie"),
    ("caches", "cache"),
    ("calories", "calorie"),
    ("calves", "calf"),
    ("canoes", "canoe"),
    ("canvases", "canvas"),
    ("children", "child"),
    ("cookies", "cookie"),
    ("crises", "crisis"),
    ("criteria", "criterion"),
    ("dies", "die"),
    ("excuses", "excuse"),
    ("feet", "foot"),
    ("fuses", "fuse"),
    ("gases", "gas"),
    ("halves", "half"),
    ("headaches", "headache"),
    ("hoodies", "hoodie"),
    ("hypotheses", "hypothesis"),
    ("indices", "index"),
    ("knives", "knife"),
    ("leaves", "leaf"),
    ("lenses", "lens"),
    ("lies", "lie"),
    ("loaves", "loaf"),
    ("matrices", "matrix"),
    ("men", "man"),
    ("mice", "mouse"),
    ("movies", "movie"),
    ("niches", "niche"),
    ("people", "person"),
    ("pies", "pie"),
    ("quizzes", "quiz"),
    ("rookies", "rookie"),
    ("selfies", "selfie"),
    ("selves", "self"),
    ("shelves", "shelf"),
    ("shoes", "shoe"),
    ("smoothies", "smoothie"),
    ("synopses", "synopsis"),
    ("teeth", "tooth"),
    ("theses", "thesis"),
    ("thieves", "thief"),
    ("ties", "tie"),
    ("toes", "toe"),
    ("vertices", "vertex"),
    ("wives", "wife"),
    ("wolves", "wolf"),
    ("women", "woman"),
];

/// Words that end as a plural does and are none, or that have the same form for one and for many.
const SAME: [&str; 34] = [
    "always",
    "analytics",
    "athletics",
    "atlas",
    "aws",
    "canvas",
    "alias",
    "bias",
    "clothes",
    "css",
    "dns",
    "economics",
    "fps",
    "gas",
    "goods",
    "gps",
    "graphics",
    "has",
    "https",
    "ios",
    "jeans",
    "lens",
    "news",
    "pants",
    "perhaps",
    "physics",
    "politics",
    "series",
    "sms",
    "species",
    "thanks",
    "tls",
    "was",
    "yes",
];

/// The singular of a name in camel case, whose last word says what there are many of, or that there are: an element of
/// `sound_list` is a sound.
pub(super) fn singular(name: &str) -> String {
    let name = name.strip_suffix("List").filter(|of| !of.is_empty()).unwrap_or(name);
    let start = name.rfind(char::is_uppercase).unwrap_or_default();
    let (before, word) = name.split_at(start);
    let one = word_singular(&word.to_lowercase());
    let mut letters = one.chars();
    match letters.next() {
        Some(first) if word.starts_with(char::is_uppercase) => {
            format!("{before}{}{}", first.to_uppercase(), letters.as_str())
        }
        _ => format!("{before}{one}"),
    }
}

/// The singular of a word in lower case.
fn word_singular(word: &str) -> String {
    if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| *many == word) {
        return (*one).to_owned();
    }
    let is_same = SAME.contains(&word) || ["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    let Some(stem) = word.strip_suffix('s').filter(|stem| !is_same && stem.len() > 1 && stem.is_ascii()) else {
        return word.to_owned();
    };
    let without = |end: &str| stem.strip_suffix(end).map(str::to_owned);
    if let Some(country) = without("ie").filter(|rest| rest.len() > 1) {
        return country + "y";
    }
    // `houses` and `clauses` have their `e`, `statuses` and `bonuses` have not.
    let adds_e = ["sse", "xe", "zze", "che", "she", "oe"].iter().any(|end| stem.ends_with(end))
        || (stem.ends_with("use") && stem.len() > 3 && !stem.ends_with("ause") && !stem.ends_with("ouse"));
    without("e").filter(|_| adds_e).unwrap_or_else(|| stem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_become_one() {
        #[track_caller]
        fn check(words: &[(&str, &str)]) {
            for (many, one) in words {
                assert_eq!(word_singular(many), *one, "{many}");
                assert_eq!(word_singular(one), *one, "{one} is one already");
            }
        }
        check(&[("countries", "country"), ("categories", "category"), ("movies", "movie"), ("ties", "tie")]);
        check(&[("boxes", "box"), ("taxes", "tax"), ("sizes", "size"), ("buzzes", "buzz"), ("quizzes", "quiz")]);
        check(&[("matches", "match"), ("hashes", "hash"), ("caches", "cache"), ("classes", "class")]);
        check(&[("addresses", "address"), ("cases", "case"), ("responses", "response"), ("purchases", "purchase")]);
        check(&[("statuses", "status"), ("bonuses", "bonus"), ("houses", "house"), ("clauses", "clause")]);
        check(&[("uses", "use"), ("heroes", "hero"), ("shoes", "shoe"), ("videos", "video"), ("archives", "archive")]);
        check(&[("leaves", "leaf"), ("lives", "live"), ("prices", "price"), ("indices", "index"), ("days", "day")]);
        check(&[("children", "child"), ("people", "person"), ("women", "woman"), ("analyses", "analysis")]);
        check(&[("ids", "id"), ("ads", "ad"), ("urls", "url"), ("sounds", "sound"), ("topics", "topic")]);
    }

    #[test]
    fn what_is_no_plural_stays() {
        for word in ["series", "species", "news", "status", "analysis", "bus", "class", "data", "media", "info", "sms"]
        {
            assert_eq!(word_singular(word), word);
        }
        for word in ["", "s", "us", "is", "as", "gas", "名前", "名s", "trend", "x", "a1"] {
            assert_eq!(word_singular(word), word);
        }
    }

    #[test]
    fn the_last_word_of_a_name_counts() {
        #[track_caller]
        fn check(name: &str, expected: &str) {
            assert_eq!(singular(name), expected);
        }
        check("AudienceCountries", "AudienceCountry");
        check("ChildrenNames", "ChildrenName");
        check("UserIDs", "UserIDs");
        check("RelatedItems", "RelatedItem");
        check("SoundList", "Sound");
        check("VideosList", "Video");
        check("List", "List");
        check("Playlist", "Playlist");
        check("X1s", "X1");
        check("ÉtésÉpées", "ÉtésÉpées");
        check("", "");
        check("S", "S");
    }
}
