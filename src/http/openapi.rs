//! The code → the OpenAPI document. It lists the paths that exist because they are registered, and it is also what decides
//! which methods an address answers.

use std::{collections::BTreeMap, sync::LazyLock};

use actix_web::{App, dev::ResourceDef, http::Method};
use utoipa::{
    IntoResponses, OpenApi, PartialSchema,
    openapi::{
        ContentBuilder, RefOr, Required, Response, ResponseBuilder, ResponsesBuilder,
        extensions::Extensions,
        header::HeaderBuilder,
        path::{Operation, ParameterBuilder, ParameterIn, PathItem},
        schema::{ObjectBuilder, Ref, Schema, Type},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_actix_web::AppExt;

use super::{
    error::{Code, ProblemView},
    idempotency,
    views::{ClusterPartView, ClusterSortView, ExportFormat},
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Crossclaim",
        description = "Cross-references the claims of news articles: which outlets corroborate, dispute or only echo each claim, \
                       with the evidence, and from how many independent origins it comes. It never says what is true.\n\n\
                       Every error is a problem document (RFC 9457) whose `code` is one of a closed list. Spans count Unicode \
                       code points and are half-open. New fields, new kinds of evidence and new endpoints may be added; what is \
                       here stays.",
        contact(name = "Crossclaim", url = "https://github.com/crossclaim/crossclaim"),
    ),
    servers((url = "/", description = "This service.")),
    tags(
        (name = "articles", description = "What outlets publish. Everything enters here."),
        (name = "claims", description = "One checkable assertion of one article each."),
        (name = "clusters", description = "Claims about the same question, and what each outlet does with it."),
        (name = "outlets", description = "Who publishes."),
        (name = "editing", description = "What editors say, and the machine keeps to."),
        (name = "feeds", description = "Lists of articles that the service looks at by itself."),
        (name = "events", description = "What happens, as it happens: followed over a connection, or sent to an address."),
        (name = "lookup", description = "What is known of a text, without storing it."),
        (name = "exports", description = "Whole lists as files, however long."),
        (name = "keys", description = "Who may act in the workspace, and how far."),
        (name = "operations", description = "For those who run the service."),
    ),
    security(("bearer" = [])),
    components(schemas(ProblemView<'static>, ClusterPartView, ClusterSortView, ExportFormat)),
)]
struct Document;

/// The API's description. Needs neither a server nor a database.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let app = App::new().into_utoipa_app().openapi(Document::openapi()).configure(super::routes);
    let mut document = app.split_for_parts().1;
    let mut scheme = Http::new(HttpAuthScheme::Bearer);
    scheme.description = Some(
        "A key of a workspace, made by an admin (`createKey`, or `crossclaim keys create`). It sees that workspace alone. The role an \
         operation needs stands in its `x-role`: `reader`, `contributor`, `editor` or `admin`, each of which may do what \
         those before it may. Not needed where the service runs without any key, on the same machine. Answers to a key tell in \
         `RateLimit-Policy` and `RateLimit` how often it may ask."
            .into(),
    );
    document.components.get_or_insert_default().add_security_scheme("bearer", SecurityScheme::Http(scheme));
    for (path, item) in &mut document.paths.paths {
        if let Some(read) = item.get.as_mut().filter(|read| path.starts_with("/v1/") && !is_stream(read)) {
            conditional(read);
        }
        if let Some(read) = &mut item.get {
            name_role(read);
            unreadable(read);
        }
        let writes = [
            (Method::POST, &mut item.post),
            (Method::PUT, &mut item.put),
            (Method::PATCH, &mut item.patch),
            (Method::DELETE, &mut item.delete),
        ];
        for (method, operation) in writes {
            let Some(operation) = operation else { continue };
            name_role(operation);
            if idempotency::applies(&method, path) {
                repeatable(operation);
            }
            if CHANGES.contains(&operation.operation_id.as_deref().unwrap_or_default()) {
                guarded(operation, method == Method::PATCH);
            }
        }
    }
    document
}

/// The role moves from the security requirement, where it is written beside the code and where OpenAPI 3.1 allows it, to an extension:
/// linters and generators know scopes of OAuth only.
fn name_role(operation: &mut Operation) {
    let requirements = serde_json::to_value(&operation.security).unwrap_or_default();
    if let Some(role) = requirements[0]["bearer"][0].as_str() {
        operation.security = Some(vec![SecurityRequirement::new("bearer", [""; 0])]);
        let role = Extensions::builder().add("x-role", role).build();
        operation.extensions.get_or_insert_default().merge(role);
    }
}

/// What refuses nothing else refuses what is no HTTP.
fn unreadable(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    if !responses.keys().any(|status| status.starts_with('4')) {
        let response = ResponseBuilder::new().description("The request cannot be read as HTTP. The answer has no body.");
        responses.insert("400".to_owned(), RefOr::T(response.build()));
    }
}

/// Whether its answer is sent as it is made, so that nothing can be said of the whole beforehand.
fn is_stream(operation: &Operation) -> bool {
    let Some(RefOr::T(answer)) = operation.responses.responses.get("200") else { return false };
    answer.content.keys().any(|media_type| matches!(media_type.as_str(), "text/event-stream" | "application/x-ndjson"))
}

/// What holds for everything else that is read: a client that names the tag of what it has gets no body when nothing changed.
fn conditional(operation: &mut Operation) {
    let asked = ParameterBuilder::new()
        .name("If-None-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("`ETag` of an answer that the client has."))
        .schema(Some(String::schema()));
    operation.parameters.get_or_insert_default().push(RefOr::T(asked.build()));
    let tag = || HeaderBuilder::new().schema(Some(String::schema())).description(Some("Names this very answer.")).build();
    if let Some(RefOr::T(found)) = operation.responses.responses.get_mut("200") {
        found.headers.insert("ETag".to_owned(), RefOr::T(tag()));
    }
    let same = ResponseBuilder::new().description("The client has it already.").header("ETag", tag());
    operation.responses.responses.insert("304".to_owned(), RefOr::T(same.build()));
}

/// Operations that change what has an address, and heed `If-Match`.
const CHANGES: [&str; 11] = [
    "changeFeed",
    "changeWebhook",
    "createDecision",
    "deleteConstraint",
    "deleteFeed",
    "deleteKey",
    "deleteWatch",
    "deleteWebhook",
    "rotateWebhook",
    "undoDecision",
    "withdrawArticle",
];

fn guarded(operation: &mut Operation, required: bool) {
    let tag = ParameterBuilder::new()
        .name("If-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(if required {
            "`ETag` of what is to be changed, as it was read. Without it the answer is 428; with one that is out of date, 412."
        } else {
            "`ETag` of what is to be changed, as it was read. With one that is out of date the answer is 412."
        }))
        .schema(Some(String::schema()));
    operation.parameters.get_or_insert_default().push(RefOr::T(tag.build()));
    let codes = if required { &[Code::PreconditionFailed, Code::PreconditionRequired][..] } else { &[Code::PreconditionFailed] };
    operation.responses.responses.extend(codes.iter().map(|code| (code.status().as_str().to_owned(), RefOr::T(problem(*code)))));
}

/// What is done once however often it is sent.
fn repeatable(operation: &mut Operation) {
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "1 to 255 visible ASCII characters, such as a fresh UUID. The same request with the same key within a day gets the answer \
             that the first one got, with `Idempotency-Replayed: true`; another body gets 422, and 409 comes while the first is still \
             running, or where its answer held a secret.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[!-~]{1,255}$"))));
    operation.parameters.get_or_insert_default().push(RefOr::T(key.build()));
    for code in [Code::MalformedRequest, Code::RequestTimeout, Code::PayloadTooLarge, Code::ValidationFailed, Code::Conflict] {
        let status = code.status().as_str().to_owned();
        operation.responses.responses.entry(status).or_insert_with(|| RefOr::T(problem(code)));
    }
}

/// The document as JSON, made once.
pub static JSON: LazyLock<String> = LazyLock::new(|| openapi().to_json().unwrap_or_default());

/// The methods of every address in the document, as an `Allow` header has them.
static METHODS: LazyLock<Vec<(ResourceDef, String)>> = LazyLock::new(|| {
    let paths = openapi().paths.paths;
    paths.into_iter().map(|(path, item)| (ResourceDef::new(path), methods(&item))).collect()
});

/// What the address answers to, if there is such an address.
pub fn allowed_methods(path: &str) -> Option<&'static str> {
    METHODS.iter().find(|(address, _)| address.is_match(path)).map(|(_, methods)| methods.as_str())
}

fn methods(item: &PathItem) -> String {
    let declared =
        [("GET, HEAD", &item.get), ("POST", &item.post), ("PUT", &item.put), ("PATCH", &item.patch), ("DELETE", &item.delete)];
    let present: Vec<&str> = declared.iter().filter(|(_, operation)| operation.is_some()).map(|(name, _)| *name).collect();
    present.join(", ")
}

/// Problems of an endpoint that takes nothing but a key.
pub struct KeyProblems;

/// Problems of an endpoint that reads one thing.
pub struct ReadProblems;

/// Problems of an endpoint that reads a list.
pub struct ListProblems;

/// Problems of an endpoint that takes a body.
pub struct WriteProblems;

/// Problems of an endpoint that shows what may have been withdrawn.
pub struct RecallProblems;

/// Problems of an endpoint that takes in what may have been withdrawn.
pub struct IngestProblems;

/// Problems of an endpoint that changes one thing as its body says.
pub struct EditProblems;

/// Problems of an endpoint that takes back what was said of one thing.
pub struct UndoProblems;

/// Problems of an endpoint that lists what belongs to one thing.
pub struct LineageProblems;

impl IntoResponses for LineageProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[Code::MalformedRequest, Code::Unauthenticated, Code::NotFound, Code::ValidationFailed])
    }
}

impl IntoResponses for RecallProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[Code::Unauthenticated, Code::NotFound, Code::Gone, Code::ValidationFailed])
    }
}

impl IntoResponses for IngestProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = WriteProblems::responses();
        responses.extend(problems(&[Code::Conflict]));
        responses
    }
}

impl IntoResponses for EditProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = WriteProblems::responses();
        responses.extend(problems(&[Code::NotFound, Code::Conflict]));
        responses
    }
}

impl IntoResponses for UndoProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[Code::Unauthenticated, Code::NotFound, Code::Conflict, Code::ValidationFailed])
    }
}

impl IntoResponses for KeyProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[Code::Unauthenticated])
    }
}

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[Code::Unauthenticated, Code::NotFound, Code::ValidationFailed])
    }
}

impl IntoResponses for ListProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[Code::MalformedRequest, Code::Unauthenticated, Code::ValidationFailed])
    }
}

impl IntoResponses for WriteProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            Code::MalformedRequest,
            Code::Unauthenticated,
            Code::RequestTimeout,
            Code::PayloadTooLarge,
            Code::UnsupportedMediaType,
            Code::ValidationFailed,
        ])
    }
}

/// Problems of an endpoint that sends whole lists.
pub struct ExportProblems;

impl IntoResponses for ExportProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[Code::Unauthenticated, Code::ValidationFailed])
    }
}

/// Problems of an endpoint that takes a body line by line: what is wrong with a line is told in the answer.
pub struct StreamProblems;

impl IntoResponses for StreamProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[Code::Unauthenticated, Code::UnsupportedMediaType, Code::ValidationFailed])
    }
}

/// With those that any endpoint behind a key may answer.
fn problems(codes: &[Code]) -> BTreeMap<String, RefOr<Response>> {
    let always = [Code::Forbidden, Code::RateLimited, Code::Internal, Code::Overloaded];
    let builder = codes
        .iter()
        .chain(&always)
        .fold(ResponsesBuilder::new(), |builder, code| builder.response(code.status().as_str(), problem(*code)));
    builder.build().into()
}

fn problem(code: Code) -> Response {
    let schema = RefOr::<Schema>::Ref(Ref::from_schema_name("Problem"));
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let response = ResponseBuilder::new().description(format!("{}.", code.title())).content("application/problem+json", content);
    match code.status().as_u16() {
        429 | 503 => {
            let header =
                HeaderBuilder::new().schema(Some(i32::schema())).description(Some("Seconds after which to try again.")).build();
            response.header("Retry-After", header).build()
        }
        _ => response.build(),
    }
}
