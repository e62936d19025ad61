//! The rules of `rename_all`: the eight that serde has.

/// How names are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

/// The rules by the names that users write.
const RULES: [(&str, Rule); 8] = [
    ("lowercase", Rule::Lower),
    ("UPPERCASE", Rule::Upper),
    ("PascalCase", Rule::Pascal),
    ("camelCase", Rule::Camel),
    ("snake_case", Rule::Snake),
    ("SCREAMING_SNAKE_CASE", Rule::ScreamingSnake),
    ("kebab-case", Rule::Kebab),
    ("SCREAMING-KEBAB-CASE", Rule::ScreamingKebab),
];

impl Rule {
    /// The rule with this name.
    pub(crate) fn find(name: &str) -> Option<Rule> {
        RULES.iter().find(|(known, _)| *known == name).map(|&(_, rule)| rule)
    }

    /// The names of all rules, for messages.
    pub(crate) fn names() -> String {
        RULES.map(|(name, _)| format!("\"{name}\"")).join(", ")
    }

    /// A name changed by this rule. Words are parted by underscores or begin with a capital, so
    /// that fields and variants are treated alike.
    pub(crate) fn apply(self, name: &str) -> String {
        let words = words(name);
        let capitalized = |word: &String| {
            let mut chars = word.chars();
            let first = chars.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(chars).collect::<String>()
        };
        let upper = |words: &[String], by| words.join(by).to_ascii_uppercase();
        match self {
            Rule::Lower => name.to_ascii_lowercase(),
            Rule::Upper => name.to_ascii_uppercase(),
            Rule::Pascal => words.iter().map(capitalized).collect(),
            Rule::Camel => {
                let (first, rest) = words.split_at(1.min(words.len()));
                first.concat() + &rest.iter().map(capitalized).collect::<String>()
            }
            Rule::Snake => words.join("_"),
            Rule::ScreamingSnake => upper(&words, "_"),
            Rule::Kebab => words.join("-"),
            Rule::ScreamingKebab => upper(&words, "-"),
        }
    }
}

/// The words of a name, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in name.split('_') {
        let mut word = String::new();
        for c in part.chars() {
            // `HTTPError` is as serde has it: every capital begins a word.
            if c.is_uppercase() && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            word.push(c.to_ascii_lowercase());
        }
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_as_serde() {
        let all = |name| RULES.map(|(_, rule)| rule.apply(name)).join(" ");
        let field = "learningrate LEARNING_RATE";
        assert_eq!(all("rate"), "rate RATE Rate rate rate RATE rate RATE");
        assert_eq!(Rule::Upper.apply("learning_rate"), field.split(' ').nth(1).unwrap_or(""));
        assert_eq!(Rule::Camel.apply("learning_rate"), "learningRate");
        assert_eq!(Rule::Pascal.apply("learning_rate"), "LearningRate");
        assert_eq!(Rule::Kebab.apply("learning_rate"), "learning-rate");
        assert_eq!(Rule::Snake.apply("LearningRate"), "learning_rate");
        assert_eq!(Rule::Camel.apply("LearningRate"), "learningRate");
        assert_eq!(Rule::ScreamingKebab.apply("LearningRate"), "LEARNING-RATE");
        assert_eq!(Rule::Snake.apply("_private"), "_private");
    }
}
