//! The parameters in the query of a request.

use backlot_model::Timestamp;

use crate::problem::{Fault, Problem};

/// The parameters in the query of a request, decoded, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Self(pairs.into_owned().collect())
    }

    /// The last value of a parameter, as the forges take it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().rev();
        values
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that says something.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// All pairs.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The query as it can be sent again, with its question mark, and without the token; empty where nothing is asked.
    pub(crate) fn as_sent(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        let asked = self.0.iter().filter(|(key, _)| key != "access_token");
        let asked = pairs.extend_pairs(asked).finish();
        match asked.is_empty() {
            true => asked,
            false => format!("?{asked}"),
        }
    }

    /// One of several words; none where nothing is said. `resource` is what the list has.
    ///
    /// # Errors
    /// 422 for another word.
    pub(crate) fn choice<T: Copy>(
        &self,
        resource: &'static str,
        name: &'static str,
        words: &[(&str, T)],
    ) -> Result<Option<T>, Problem> {
        let Some(value) = self.given(name) else {
            return Ok(None);
        };
        let mut words = words.iter();
        match words.find(|(word, _)| *word == value) {
            Some((_, meant)) => Ok(Some(*meant)),
            None => Err(invalid(resource, name, value)),
        }
    }

    /// A moment, or the beginning of a day; none where nothing is said.
    ///
    /// # Errors
    /// 422 for what is no time.
    pub(crate) fn moment(
        &self,
        resource: &'static str,
        name: &'static str,
    ) -> Result<Option<Timestamp>, Problem> {
        let Some(value) = self.given(name) else {
            return Ok(None);
        };
        // The plus sign of an offset that was not encoded comes as a space.
        let text = value.trim().replace(' ', "+");
        let moment =
            Timestamp::parse(&text).or_else(|_| Timestamp::parse(&format!("{text}T00:00:00Z")));
        match moment {
            Ok(moment) => Ok(Some(moment)),
            Err(_) => Err(invalid(resource, name, value)),
        }
    }
}

/// A 422 because a parameter cannot have this value.
pub(crate) fn invalid(resource: &'static str, name: &'static str, value: &str) -> Problem {
    let fault = Fault::new(resource, name, "invalid");
    Problem::validation(vec![fault.with_value(value.into())])
}
