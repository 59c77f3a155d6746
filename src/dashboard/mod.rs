//! The page at `/`: a few static files, embedded in the binary, that speak only the public `/v1` API.
//!
//! A path in, bytes and their media type out. There is no build step: what is in `static/` is what the browser gets, one small
//! library (`static/vendor`) among it. The files obey `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;
//! connect-src 'self'`, so nothing in them is inline and nothing comes from another host.

use std::borrow::Cow;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "src/dashboard/static/"]
struct Static;

/// The file at `path` with its `Content-Type`; the empty path and `/` are the page itself.
#[must_use]
pub fn asset(path: &str) -> Option<(Cow<'static, [u8]>, &'static str)> {
    let name = match path.trim_start_matches('/') {
        "" => "index.html",
        name => name,
    };
    let media_type = media_type(name)?;
    Some((Static::get(name)?.data, media_type))
}

/// A closed list: a kind of file that is not named here is not served.
fn media_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "html" => Some("text/html; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str) -> String {
        let (bytes, _) = asset(name).unwrap_or_else(|| panic!("{name} is not served"));
        String::from_utf8(bytes.into_owned()).expect("UTF-8")
    }

    fn names_ending(suffix: &str) -> Vec<String> {
        Static::iter().filter(|name| name.ends_with(suffix)).map(Cow::into_owned).collect()
    }

    /// What stands between each `before` and the next double quote.
    fn quoted_after<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
        text.split(before).skip(1).filter_map(|rest| rest.split('"').next())
    }

    #[test]
    fn the_root_is_the_page() {
        for path in ["", "/", "index.html", "/index.html"] {
            let (page, media_type) = asset(path).expect("the page");
            assert!(page.starts_with(b"<!doctype html>"), "{path}");
            assert_eq!(media_type, "text/html; charset=utf-8");
        }
    }

    #[test]
    fn only_files_of_the_dashboard_are_served() {
        for path in ["nothing.js", "../mod.rs", "/../mod.rs", "views", "views/", "static/app.js", "Cargo.toml"] {
            assert!(asset(path).is_none(), "{path}");
        }
    }

    #[test]
    fn every_file_the_page_asks_for_is_served() {
        let page = text("index.html");
        let files: Vec<&str> = quoted_after(&page, "src=\"").chain(quoted_after(&page, "rel=\"stylesheet\" href=\"")).collect();
        assert_eq!(files, ["app.js", "style.css"]);
        for name in files {
            assert!(asset(name).is_some(), "{name}");
        }
    }

    #[test]
    fn every_module_that_is_imported_is_served() {
        let scripts = names_ending(".js");
        assert!(scripts.len() > 3);
        for script in scripts {
            let folder = script.rsplit_once('/').map_or("", |(folder, _)| folder);
            let text = text(&script);
            let imports = [" from \"", "from\"./", "import(\""].map(|before| quoted_after(&text, before).collect::<Vec<_>>());
            for import in imports.concat() {
                let name = match import.strip_prefix("../") {
                    Some(above) => above.to_owned(),
                    None => format!("{folder}/{}", import.trim_start_matches("./")),
                };
                assert!(asset(&name).is_some(), "{script} imports {import}");
            }
        }
    }

    /// The browser would refuse it under the page's Content-Security-Policy, and only the console would tell.
    #[test]
    fn nothing_is_inline_and_nothing_comes_from_another_host() {
        let page = text("index.html");
        assert_eq!(page.matches("<script").count(), page.matches("<script type=\"module\" src=\"").count());
        for forbidden in ["<style", " style=", " onclick=", " onload=", "javascript:", "http://", "https://", "//cdn"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        for script in names_ending(".js").into_iter().filter(|script| !script.starts_with("vendor/")) {
            for forbidden in
                ["innerHTML", "InnerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "import(\"http"]
            {
                assert!(!text(&script).contains(forbidden), "{script}: {forbidden}");
            }
        }
        for sheet in names_ending(".css") {
            assert!(!text(&sheet).contains("@import") && !text(&sheet).contains("url("), "{sheet}");
        }
    }
}
