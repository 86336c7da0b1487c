//! Addresses with their methods: what is registered, what a wrong method is told, and what the document says each can answer.

use crate::error::{ApiError, Code, method_not_allowed};
use actix_web::http::Method;
use actix_web::{Handler, HttpRequest, Resource, Responder, Route, guard, web};

/// Where Swagger UI and its parts are.
pub(crate) const SWAGGER_UI: &str = "/swagger-ui/";

/// An address with the methods it has.
pub(crate) struct Endpoint {
    pattern: &'static str,
    methods: Vec<(Method, Vec<Code>)>,
    resource: Resource,
}

/// The pattern that a request matched. Registered with its resource, since asking actix for it means matching all again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pattern(pub(crate) &'static str);

impl Pattern {
    /// The one that a request matched, if it is one of ours.
    pub(crate) fn of(request: &HttpRequest) -> Option<&'static str> {
        request.app_data::<Self>().map(|pattern| pattern.0)
    }
}

/// An address without methods yet.
pub(crate) fn at(pattern: &'static str) -> Endpoint {
    Endpoint {
        pattern,
        methods: Vec::new(),
        resource: web::resource(pattern),
    }
}

macro_rules! methods {
    ($($name:ident => $method:ident, $guard:expr;)+) => {
        $(pub(crate) fn $name<F, A>(self, handler: F, codes: &[&[Code]]) -> Self
        where
            F: Handler<A>,
            A: actix_web::FromRequest + 'static,
            F::Output: Responder + 'static,
        {
            self.with(Method::$method, Route::new().guard($guard).to(handler), codes)
        })+
    };
}

impl Endpoint {
    methods! {
        get => GET, guard::Any(guard::Get()).or(guard::Head());
        post => POST, guard::Post();
        put => PUT, guard::Put();
        patch => PATCH, guard::Patch();
        delete => DELETE, guard::Delete();
    }

    fn with(mut self, method: Method, route: Route, codes: &[&[Code]]) -> Self {
        self.methods.push((method, codes.concat()));
        self.resource = self.resource.route(route);
        self
    }

    /// Where it is.
    pub(crate) const fn pattern(&self) -> &'static str {
        self.pattern
    }

    /// Whether it is about signing in here: passwords, devices and invitations to set a password.
    pub(crate) fn is_of_signing_in_here(&self) -> bool {
        self.pattern.starts_with("/v1/auth/") || self.pattern == "/v1/users/{id}/invitation"
    }

    /// Its methods, each with the codes that it can answer besides those of all.
    pub(crate) fn methods(&self) -> &[(Method, Vec<Code>)] {
        &self.methods
    }

    /// Registers it, with an answer for the methods that it does not have.
    pub(crate) fn register(self, config: &mut web::ServiceConfig) {
        let mut allowed: Vec<&str> = Vec::new();
        for (method, _) in &self.methods {
            allowed.push(method.as_str());
            if method == Method::GET {
                allowed.push("HEAD");
            }
        }
        let allowed = allowed.join(", ");
        let refuse = web::route().to(move |request: HttpRequest| {
            let refusal = method_not_allowed(&request, &allowed);
            async move { Err::<&'static str, ApiError>(refusal) }
        });
        let resource = self.resource.app_data(Pattern(self.pattern));
        config.service(resource.default_service(refuse));
    }
}

/// Every endpoint of the API. Longer addresses need not come first, since whole patterns are compared; what is asked most
/// does, since they are compared one after another.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    let mut all = crate::accounts::users::endpoints();
    all.extend(crate::accounts::images::endpoints());
    all.extend(crate::accounts::auth::endpoints());
    all.extend(crate::accounts::api_keys::endpoints());
    all.extend(crate::accounts::people::endpoints());
    all.extend([
        at("/v1/errors").get(crate::error::catalogue::list, &[]),
        at("/v1/errors/{code}").get(crate::error::catalogue::find, &[&[Code::NotFound]]),
    ]);
    all.extend(crate::admin::endpoints());
    all
}
