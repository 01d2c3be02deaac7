//! Pages of lists, and the links between them.

use std::ops::Range;

use crate::query::Query;

/// Which page of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Paging {
    /// The number of the page, from 1.
    pub(crate) page: usize,
    /// How many objects a page has.
    pub(crate) per_page: usize,
}

impl Paging {
    /// What a query asks for. What is no number, or none that can be, is the default; at most `most` are given.
    pub(crate) fn of(query: &Query, default: usize, most: usize) -> Self {
        let number = |name| {
            query
                .get(name)
                .and_then(|text| text.trim().parse::<usize>().ok())
        };
        let at_least_one = |number: &usize| *number > 0;
        Self {
            page: number("page").filter(at_least_one).unwrap_or(1),
            per_page: number("per_page")
                .filter(at_least_one)
                .unwrap_or(default)
                .min(most),
        }
    }

    /// Which of `total` objects are on the page.
    pub(crate) fn range(self, total: usize) -> Range<usize> {
        let from = (self.page - 1).saturating_mul(self.per_page).min(total);
        from..from.saturating_add(self.per_page).min(total)
    }

    /// What is on the page of the elements that are wanted.
    pub(crate) fn cut<T: Clone>(self, wanted: &[&T]) -> Vec<T> {
        let page = wanted[self.range(wanted.len())].iter();
        page.map(|element| (*element).clone()).collect()
    }

    /// How many pages there are.
    pub(crate) const fn pages(self, total: usize) -> usize {
        total.div_ceil(self.per_page)
    }

    /// The `Link` header of the page, in GitHub's order: previous, next, last, first; none where there is one page.
    /// `address` is that of the list without its query; what else was asked for stays in the links.
    pub(crate) fn links(self, address: &str, query: &Query, total: usize) -> Option<String> {
        let last = self.pages(total);
        let mut links: Vec<(usize, &str)> = Vec::new();
        if self.page > 1 {
            // Behind the end, what comes before is the last page.
            links.push(((self.page - 1).min(last.max(1)), "prev"));
        }
        if self.page < last {
            links.push((self.page + 1, "next"));
            links.push((last, "last"));
        }
        if self.page > 1 {
            links.push((1, "first"));
        }
        let links: Vec<String> = links
            .into_iter()
            .map(|(page, relation)| {
                let mut pairs = form_urlencoded::Serializer::new(String::new());
                for (key, value) in query.pairs() {
                    if key != "page" && key != "access_token" {
                        pairs.append_pair(key, value);
                    }
                }
                pairs.append_pair("page", &page.to_string());
                format!("<{address}?{}>; rel=\"{relation}\"", pairs.finish())
            })
            .collect();
        (!links.is_empty()).then(|| links.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_range_is_brought_in() {
        let of = |text| {
            let paging = Paging::of(&Query::parse(text), 30, 100);
            (paging.page, paging.per_page)
        };
        assert_eq!(of(""), (1, 30));
        assert_eq!(of("page=3&per_page=500"), (3, 100));
        assert_eq!(of("page=0&per_page=0"), (1, 30));
        assert_eq!(of("page=-1&per_page=x"), (1, 30));
        assert_eq!(of("page=99999999999999999999&per_page=7"), (1, 7));
        let far = Paging::of(&Query::parse("page=18446744073709551615"), 30, 100);
        assert_eq!(far.range(10), 10..10);
    }

    #[test]
    fn links_stand_in_the_order_of_the_forge() {
        let query = Query::parse("state=all&page=2&per_page=1");
        let links = |page, total| Paging { page, per_page: 1 }.links("http://h/x", &query, total);
        let relations = |page, total| -> Vec<String> {
            let links = links(page, total).unwrap_or_default();
            let relations = links.split("rel=\"").skip(1);
            relations
                .map(|text| {
                    text.trim_end_matches([',', ' ', '"'])
                        .split('"')
                        .next()
                        .unwrap()
                        .to_owned()
                })
                .collect()
        };
        assert_eq!(relations(1, 3), ["next", "last"]);
        assert_eq!(relations(2, 3), ["prev", "next", "last", "first"]);
        assert_eq!(relations(3, 3), ["prev", "first"]);
        assert_eq!(links(1, 1), None);
        assert!(
            links(1, 2)
                .unwrap()
                .starts_with("<http://h/x?state=all&per_page=1&page=2>; rel=\"next\"")
        );
    }
}
